import { SegmentedControl, Switch } from '@mantine/core';
import { useId } from 'react';

import { Card } from '../../components/card';
import { setPreferences, usePreferences, type ColorScheme, type Language } from '../../config/preferences';
import { useI18n } from '../../i18n/provider';
import { useUpdateProfile } from './api/update-profile';
import { LANGUAGES } from './languages';
import classes from './settings.module.css';

/** Kept in this browser; the language also in the profile. */
export function DisplaySettings() {
  const { t } = useI18n();
  const { language, theme, shortcuts } = usePreferences();
  const update = useUpdateProfile();
  const [languageId, themeId] = [useId(), useId()];
  const choose = (value: Language) => {
    setPreferences({ language: value });
    update.mutate({ language: value });
  };
  return (
    <Card title={t('accounts.display')}>
      <div className={classes.body}>
        <div className={classes.choice}>
          <span id={languageId}>{t('accounts.language')}</span>
          <SegmentedControl
            aria-labelledby={languageId} value={language} onChange={(value) => { choose(value as Language); }}
            data={LANGUAGES}
          />
        </div>
        <div className={classes.choice}>
          <span id={themeId}>{t('accounts.theme')}</span>
          <SegmentedControl
            aria-labelledby={themeId} value={theme} onChange={(value) => { setPreferences({ theme: value as ColorScheme }); }}
            data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`accounts.${value}`) }))}
          />
        </div>
        <Switch
          label={t('accounts.shortcuts')} description={t('accounts.shortcutsHint')} checked={shortcuts}
          onChange={(event) => { setPreferences({ shortcuts: event.currentTarget.checked }); }}
        />
      </div>
    </Card>
  );
}
