import { Button, Modal } from '@mantine/core';

import { useI18n } from '../../i18n/provider';
import { goToPoint } from './go-to-point';
import { OpenPointRow } from './open-point-row';
import type { ReportSaver, SaverState } from './report-saver';
import classes from './report.module.css';
import { SignForm } from './sign-form';
import type { Report } from './types';

interface Props {
  opened: boolean;
  report: Report;
  saver: ReportSaver;
  state: SaverState;
  onClose: (focusButton: boolean) => void;
}

/** What is still open in the order of the page, each with its action; with nothing open, the signature. */
export function FinalizeDialog({ opened, report, saver, state, onClose }: Props) {
  const { t } = useI18n();
  const points = report.open_points;
  const go = (id: string) => {
    onClose(false);
    // The dialog lets go of the focus first.
    setTimeout(() => { goToPoint(id); }, 50);
  };
  const first = points[0];
  return (
    <Modal
      opened={opened}
      onClose={() => { onClose(true); }}
      returnFocus={false}
      size={560}
      classNames={{ title: classes.dialogTitle }}
      title={first ? t('reports.stillOpen', { count: points.length }) : t('reports.signTitle')}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <div className={classes.dialog}>
        <p className={classes.meta}>{t('reports.signHint')}</p>
        {first && (
          <ul className={classes.points}>
            {points.map((point) => <OpenPointRow key={point.id} point={point} report={report} saver={saver} onGo={go} />)}
          </ul>
        )}
        <GoodToKnow report={report} />
        {first ? (
          <div className={classes.decideButtons}>
            <Button variant="subtle" color="gray" onClick={() => { onClose(true); }}>{t('components.close')}</Button>
            <Button variant="filled" data-autofocus data-dialog-main onClick={() => { go(first.id); }}>{t('reports.goNext')}</Button>
          </div>
        ) : (
          <SignForm saver={saver} state={state} onCancel={() => { onClose(true); }} onSigned={() => { onClose(false); }} />
        )}
      </div>
    </Modal>
  );
}

function GoodToKnow({ report }: { report: Report }) {
  const { t, format } = useI18n();
  const names = report.not_assessed.map((category) => t(`reports.category.${category}`).toLocaleLowerCase(format.locale));
  if (report.notices.length === 0 && names.length === 0) return null;
  return (
    <section className={classes.know}>
      <h3>{t('reports.goodToKnow')}</h3>
      <ul>
        {report.notices.map((notice) => <li key={notice}>{t(`reports.notice.${notice}`)}</li>)}
        {names.length > 0 && report.risk_screened && <li>{t('reports.notAssessed', { label: t('reports.notAssessedLabel'), names: format.list(names) })}</li>}
      </ul>
    </section>
  );
}
