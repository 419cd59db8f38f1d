import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';

import { useDocumentTitle } from '../../components/use-document-title';
import { setPreferences, usePreferences, type ColorScheme, type Language } from '../../config/preferences';
import { useI18n } from '../../i18n/provider';
import classes from './account-frame.module.css';
import { LANGUAGES } from './languages';

interface Props {
  title: string;
  children: ReactNode;
  /** Links to the other pages of this kind. */
  links?: ReactNode;
}

/** The pages before signing in: one card, and below it language and theme. */
export function AccountFrame({ title, children, links }: Props) {
  const { t } = useI18n();
  const { language, theme } = usePreferences();
  useDocumentTitle(title);
  return (
    <div className={classes.frame}>
      <main className={classes.card}>
        <p className={classes.product}>
          <svg className={classes.logo} viewBox="0 0 32 32" aria-hidden="true"><path d="M4 16h3M10 10v12M15 6v20M20 12v8M25 16h3" /></svg>
          {t('components.product')}
        </p>
        <h1 className={classes.title}>{title}</h1>
        {children}
        {links !== undefined && <div className={classes.links}>{links}</div>}
      </main>
      <footer className={classes.choices}>
        <SegmentedControl
          aria-label={t('accounts.language')}
          value={language}
          onChange={(value) => { setPreferences({ language: value as Language }); }}
          data={LANGUAGES}
        />
        <SegmentedControl
          aria-label={t('accounts.theme')}
          value={theme}
          onChange={(value) => { setPreferences({ theme: value as ColorScheme }); }}
          data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`accounts.${value}`) }))}
        />
      </footer>
    </div>
  );
}
