import { Popover } from '@mantine/core';

import { Icon } from '../../components/icon';
import { useI18n } from '../../i18n/provider';
import classes from './transcript.module.css';

/** The pen of a corrected turn; opens the words before. */
export function EditedMark({ original, lang, dir }: { original: string | null; lang: string; dir: 'ltr' | 'rtl' }) {
  const { t } = useI18n();
  return (
    <Popover position="bottom-end" withinPortal trapFocus={false} returnFocus>
      <Popover.Target>
        <button type="button" className={classes.markIcon} tabIndex={-1} data-stop aria-label={t('transcript.showOriginal')}><Icon name="pen" /></button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('transcript.original')}>
        <p className={classes.beforeTitle}>{t('transcript.original')}</p>
        {original === null
          ? <p className={classes.before}>{t('transcript.originalNone')}</p>
          : <p className={classes.before} lang={lang} dir={dir}>{original}</p>}
      </Popover.Dropdown>
    </Popover>
  );
}
