import { Button } from '@mantine/core';

import { Icon } from '../../components/icon';
import { useI18n } from '../../i18n/provider';
import { refocus } from './go-to-point';
import type { ReportSaver } from './report-saver';
import classes from './report.module.css';
import type { OpenPoint, Report, RiskFlag } from './types';
import { useFlagWords } from './use-flag-words';

interface Props {
  point: OpenPoint;
  report: Report;
  saver: ReportSaver;
  onGo: (id: string) => void;
}

/** One thing that stops signing, with what to do about it. */
export function OpenPointRow({ point, report, saver, onGo }: Props) {
  const { t } = useI18n();
  const flag = report.risk_flags.find((one) => one.id === point.id);
  const claim = report.claims.find((one) => one.id === point.id);
  if (flag) {
    return (
      <li data-kind={point.kind}>
        <Icon name="flag" size={20} />
        <FlagLine flag={flag} />
        <Button onClick={() => { onGo(point.id); }}>{t('reports.goToFlag')}</Button>
      </li>
    );
  }
  const unsupported = point.kind === 'unsupported_claim';
  return (
    <li data-kind={point.kind}>
      <Icon name={unsupported ? 'noSource' : 'toConfirm'} size={20} />
      <span className={classes.grow}>
        <strong dir="auto">{t('reports.quote', { words: claim?.text ?? '' })}</strong>
        <span className={classes.meta}>{t(!unsupported ? 'reports.inferredOne' : claim && claim.evidence.length > 0 ? 'reports.notHeld' : 'reports.noSource')}</span>
      </span>
      {unsupported && (
        <Button
          onClick={() => {
            saver.add({ kind: 'claim', id: point.id, change: { state: 'clinician_added' } });
            refocus('[data-dialog-main]');
          }}
        >
          {t('reports.markMine')}
        </Button>
      )}
      <Button onClick={() => { onGo(point.id); }}>{t('reports.read')}</Button>
    </li>
  );
}

function FlagLine({ flag }: { flag: RiskFlag }) {
  const { t, format } = useI18n();
  const { title, polarity } = useFlagWords(flag);
  const at = flag.evidence.find((evidence) => evidence.end_ms > evidence.start_ms);
  return (
    <span className={classes.grow}>
      <strong>{t('reports.decideOn', { title })}</strong>
      <span className={classes.meta}>
        {polarity}{at && <> · <bdi>{format.clock(at.start_ms)}</bdi></>}
      </span>
    </span>
  );
}
