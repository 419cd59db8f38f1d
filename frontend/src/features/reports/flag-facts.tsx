import { Fragment } from 'react';

import { useI18n } from '../../i18n/provider';
import { PassageChip } from './passage-chip';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import { SecondReading } from './second-reading';
import { passagesOf, type RiskFlag } from './types';
import { useFlagWords } from './use-flag-words';

/** Level, quotes and what is known of a flag. */
export function FlagFacts({ flag }: { flag: RiskFlag }) {
  const { t, tx, has, format } = useI18n();
  const { session, choose } = useReportScope();
  const { level } = useFlagWords(flag);
  const sources = flag.sources.map((source) => (has(`reports.source.${source}`) ? t(`reports.source.${source}` as 'reports.source.rules') : source));
  return (
    <>
      {level !== undefined && flag.polarity !== 'denied' && <p className={classes.meta}>{level}</p>}
      {passagesOf(flag.evidence).map((passage, index) => (
        <Fragment key={`${passage.segmentId} ${passage.quote}`}>
          <div className={classes.riskQuote}>
            <PassageChip passages={[passage]} tone="risk" onUse={() => { choose(flag.id); }} />
            <q lang={session.language || undefined} dir="auto">{t('reports.quote', { words: passage.quote })}</q>
          </div>
          <SecondReading reading={flag.evidence[index]?.second_reading ?? null} />
        </Fragment>
      ))}
      {flag.evidence_missing && <p className={classes.warn}>{t('reports.wordsGone')}</p>}
      <p className={classes.facts}>
        <span>{tx('reports.who', { value: <em>{t(`reports.subject.${flag.subject}`)}</em> })}</span>
        <span>{tx('reports.when', { value: <em>{t(`reports.time.${flag.timeframe}`)}</em> })}</span>
        <span>{tx('reports.severity', { value: <em>{t(`reports.severity.${flag.severity}`)}</em> })}</span>
        {flag.behaviour && <span>{tx('reports.behaviour', { value: <em>{t(`reports.behaviour.${flag.behaviour}`)}</em> })}</span>}
        {sources.length > 0 && <span>{tx('reports.foundBy', { value: <em>{format.list(sources)}</em> })}</span>}
      </p>
    </>
  );
}
