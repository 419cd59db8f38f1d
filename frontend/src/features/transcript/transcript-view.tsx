import { useI18n } from '../../i18n/provider';
import classes from './transcript.module.css';
import { TurnList } from './turn-list';
import type { Session, Transcript } from './types';

interface Props {
  session: Session;
  transcript: Transcript;
}

export function TranscriptView({ transcript }: Props) {
  const { t } = useI18n();
  return (
    <section className={classes.panel} aria-label={t('transcript.title')} data-region="transcript">
      <div className={classes.head}><h2>{t('transcript.title')}</h2></div>
      <TurnList transcript={transcript} />
    </section>
  );
}
