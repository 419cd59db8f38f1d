import { ActionIcon, Menu } from '@mantine/core';

import { errorKey } from '../../api/errors';
import { Icon } from '../../components/icon';
import { announce } from '../../components/live-region';
import { useI18n } from '../../i18n/provider';
import { useExportTranscript } from './api/export-transcript';
import type { FileFormat } from './types';

const FORMATS: FileFormat[] = ['txt', 'srt', 'vtt', 'json'];

interface Props {
  sessionId: string;
  onFailed: (sentence: string) => void;
}

/** The transcript as a file. */
export function TranscriptMenu({ sessionId, onFailed }: Props) {
  const { t } = useI18n();
  const exported = useExportTranscript(sessionId);
  const save = (format: FileFormat) => {
    onFailed('');
    exported.mutate(format, {
      onSuccess: () => { announce(t('transcript.exported')); },
      onError: (error) => {
        const sentence = `${t('transcript.exportFailed')} ${t(errorKey(error))}`;
        onFailed(sentence);
        announce(sentence, 'assertive');
      },
    });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" loading={exported.isPending} aria-label={t('transcript.export')} title={t('transcript.export')}><Icon name="download" /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('transcript.export')}</Menu.Label>
        {FORMATS.map((format) => <Menu.Item key={format} onClick={() => { save(format); }}>{t(`transcript.export.${format}`)}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
}
