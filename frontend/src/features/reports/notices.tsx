import { Icon } from '../../components/icon';
import { useI18n } from '../../i18n/provider';
import { useReportScope } from './report-scope';
import classes from './report.module.css';

/** What the reader has to know about how the draft was made. */
export function Notices() {
  const { t } = useI18n();
  const { report, session } = useReportScope();
  const busy = session.status === 'reporting';
  if (report.notices.length === 0 && !busy) return null;
  return (
    <ul className={classes.notices}>
      {busy && <li role="status"><Icon name="clock" />{t('reports.busy')}</li>}
      {report.notices.map((notice) => <li key={notice}><Icon name="warning" />{t(`reports.notice.${notice}`)}</li>)}
    </ul>
  );
}
