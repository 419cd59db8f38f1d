import { Icon } from '../../components/icon';
import { StateTag } from '../../components/state-tag';
import { useI18n } from '../../i18n/provider';
import { refocus } from './go-to-point';
import { PassageChip } from './passage-chip';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import { passagesOf, type RiskFlag } from './types';
import { useFlagWords } from './use-flag-words';

/** A flag that was decided on, or cannot be decided on now, in one row. */
export function FoldedFlag({ flag }: { flag: RiskFlag }) {
  const { t, tx, format } = useI18n();
  const { session, choose, saver, editable } = useReportScope();
  const { title, polarity } = useFlagWords(flag);
  const decided = flag.clinician_decision;
  const passages = passagesOf(flag.evidence);
  const start = passages.at(-1)?.startMs;
  const at = start === undefined || start === null ? '' : format.clock(start);
  const decidedAt = flag.decided_at ?? null;
  const words = decided === 'pending' ? t('reports.pending')
    : decidedAt ? t(`reports.decidedAt.${decided}`, { time: sameDay(decidedAt) ? format.time(decidedAt) : format.dateTime(decidedAt) })
      : t(`reports.decided.${decided}`);
  const undo = () => {
    saver.add(
      { kind: 'flag', id: flag.id, decision: 'pending', rationale: flag.rationale },
      { kind: 'flag', id: flag.id, decision: decided, rationale: flag.rationale },
    );
    refocus(`[data-point="${CSS.escape(flag.id)}"]`);
  };
  return (
    <div className={classes.folded} data-decision={decided} data-folded={flag.id} tabIndex={-1}>
      <Icon name={decided === 'confirmed' ? 'done' : decided === 'dismissed' ? 'close' : 'flag'} />
      <strong>{title}</strong>
      <StateTag icon="flag">{polarity}</StateTag>
      <span className={classes.meta}>{words}</span>
      <span className={classes.grow} />
      <PassageChip passages={passages} onUse={() => { choose(flag.id); }} />
      {editable && decided !== 'pending' && (
        <button type="button" className={classes.link} onClick={undo} aria-label={t('reports.undoDecision', { title: [title, at].filter(Boolean).join(', ') })}>{t('components.undo')}</button>
      )}
      {passages.map(({ segmentId, quote }) => (
        // Two flags of a kind are told apart by their words.
        <q key={`${segmentId} ${quote}`} className={classes.foldedWords} lang={session.language || undefined} dir="auto">{t('reports.quote', { words: quote })}</q>
      ))}
      {decided !== 'pending' && flag.rationale && (
        <p className={classes.foldedWords}>{tx('reports.reasonGiven', { words: <bdi>{flag.rationale}</bdi> })}</p>
      )}
    </div>
  );
}

const sameDay = (value: string) => new Date(value).toDateString() === new Date().toDateString();
