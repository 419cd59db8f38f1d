import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';

import { errorKey } from '../../api/errors';
import type { components } from '../../api/schema';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { Icon } from '../../components/icon';
import { paths } from '../../config/paths';
import { useDeleteSession } from '../../features/sessions/api/delete-session';
import { useI18n } from '../../i18n/provider';

interface Props {
  session: components['schemas']['Session'];
  signed: boolean;
  busy: boolean;
  onDetails?: () => void;
  onReplace?: () => void;
  onType?: () => void;
}

/** What is needed seldom. A signed session keeps only its details. */
export function SessionMenu({ session, signed, busy, onDetails, onReplace, onType }: Props) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const remove = useDeleteSession(session.id);
  const [asking, setAsking] = useState(false);
  const erase = () => {
    remove.mutate(undefined, { onSuccess: () => { void navigate({ to: paths.patient, params: { patientId: session.patient } }); } });
  };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Tooltip label={t('sessions.more')}>
            <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('sessions.more')}><Icon name="more" size={20} /></ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          {onDetails && <Menu.Item leftSection={<Icon name="document" />} onClick={onDetails}>{t('sessions.showDetails')}</Menu.Item>}
          {onReplace && !signed && !busy && <Menu.Item leftSection={<Icon name="upload" />} onClick={onReplace}>{t('sessions.replace')}</Menu.Item>}
          {onType && !signed && !busy && <Menu.Item leftSection={<Icon name="pen" />} onClick={onType}>{t('sessions.typeInstead')}</Menu.Item>}
          {!signed && <Menu.Item leftSection={<Icon name="trash" />} onClick={() => { setAsking(true); }}>{t('sessions.delete')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asking}
        onClose={() => { setAsking(false); }}
        onConfirm={erase}
        title={t('sessions.deleteTitle')}
        confirmLabel={t('sessions.deleteConfirm')}
        busy={remove.isPending}
        error={remove.error ? t(errorKey(remove.error)) : undefined}
      >
        {t('sessions.deleteText')}
      </ConfirmDialog>
    </>
  );
}
