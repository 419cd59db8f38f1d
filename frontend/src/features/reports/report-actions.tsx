import { Button } from '@mantine/core';
import { useRef, useState } from 'react';

import { useShortcuts } from '../../components/shortcuts';
import { useI18n } from '../../i18n/provider';
import { ExportMenu } from './export-menu';
import { FinalizeDialog } from './finalize-dialog';
import classes from './report.module.css';
import { SaveState } from './save-state';
import type { Session } from './types';
import { useReport } from './use-report';

/** Whether all is saved, and Finalize with what is open; Export once signed. For the header of the page. */
export function ReportActions({ session }: { session: Session }) {
  const { t } = useI18n();
  const { report, saver, state, editable } = useReport(session);
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useShortcuts(t('reports.title'), [
    { code: 'Enter', ctrl: true, always: true, label: t('reports.keyFinalize'), when: () => editable && !opened, run: () => { saver.flush(); setOpened(true); } },
  ]);
  if (!report) return null;
  if (report.status === 'finalized') return <ExportMenu sessionId={session.id} />;
  const open = report.open_points.length;
  return (
    <>
      <SaveState state={state} saver={saver} />
      {editable && (
        <Button ref={button} variant={open === 0 ? 'filled' : 'default'} aria-keyshortcuts="Control+Enter" onClick={() => { saver.flush(); setOpened(true); }}>
          {t('reports.finalize')}
          {open > 0 && <span className={classes.openCount}>{t('reports.openCount', { count: open })}</span>}
        </Button>
      )}
      <FinalizeDialog
        opened={opened}
        report={report}
        saver={saver}
        state={state}
        onClose={(focusButton) => {
          setOpened(false);
          if (focusButton) setTimeout(() => { button.current?.focus(); }, 0);
        }}
      />
    </>
  );
}
