import type { Passage } from '../../components/playback/playback';
import { Clock } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import { useReportScope } from './report-scope';
import classes from './report.module.css';

/** On a phone, where the transcript is in another tab, the words open under their claim. */
export function EvidenceQuotes({ passages }: { passages: Passage[] }) {
  const { t } = useI18n();
  const { session } = useReportScope();
  if (passages.length === 0) return null;
  return (
    <div className={classes.quotes}>
      {passages.map((passage) => (
        <p key={`${passage.segmentId} ${passage.quote}`}>
          {passage.startMs !== null && <span className={classes.meta}><Clock ms={passage.startMs} /></span>}
          <q lang={session.language || undefined} dir="auto">{t('reports.quote', { words: passage.quote })}</q>
        </p>
      ))}
    </div>
  );
}
