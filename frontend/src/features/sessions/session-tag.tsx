import type { components } from '../../api/schema';
import type { IconName } from '../../components/icon';
import { StateTag, type Tone } from '../../components/state-tag';
import { useI18n } from '../../i18n/provider';

type Status = components['schemas']['SessionStatusEnum'];

type Shown = Status | 'words' | 'signed' | 'cancelled' | 'recording' | 'uploading';

const LOOKS: Record<Shown, [IconName, Tone]> = {
  created: ['document', 'neutral'],
  words: ['document', 'primary'],
  uploaded: ['clock', 'info'],
  transcribing: ['clock', 'info'],
  transcribed: ['clock', 'info'],
  reporting: ['clock', 'info'],
  report_ready: ['document', 'primary'],
  failed: ['warning', 'warn'],
  cancelled: ['stop', 'neutral'],
  signed: ['lock', 'ok'],
  recording: ['mic', 'risk'],
  uploading: ['upload', 'info'],
};

interface Props {
  status: Status;
  /** Words are there although no work was asked for: a typed transcript without a draft. */
  words?: boolean;
  errorCode?: string;
  signed?: boolean;
  /** What this tab does with the session at the moment. */
  now?: 'recording' | 'uploading';
}

/** Where a session stands, with its word. */
export function SessionTag({ status, words = false, errorCode, signed = false, now }: Props) {
  const { t } = useI18n();
  const shown: Shown = now ?? (signed ? 'signed' : status === 'failed' && errorCode === 'cancelled' ? 'cancelled' : status === 'created' && words ? 'words' : status);
  const [icon, tone] = LOOKS[shown];
  return <StateTag icon={icon} tone={tone}>{t(`sessions.state.${shown}`)}</StateTag>;
}
