import { Button, Portal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useRef, useState } from 'react';

import { PHONE_ACTIONS } from '../../components/phone-actions';
import { useShortcuts } from '../../components/shortcuts';
import { useI18n } from '../../i18n/provider';
import { ExportMenu } from './export-menu';
import { FinalizeDialog } from './finalize-dialog';
import { NextPointButton } from './next-point-button';
import classes from './report.module.css';
import { SaveState } from './save-state';
import type { Session } from './types';
import { useReport } from './use-report';

/** Whether all is saved, and Finalize with what is open; Export once signed. In the header of the page, on a phone below the player. */
export function ReportActions({ session }: { session: Session }) {
  const { t } = useI18n();
  const { report, saver, state, editable } = useReport(session);
  const [opened, setOpened] = useState(false);
  const phone = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false });
  const button = useRef<HTMLButtonElement>(null);
  useShortcuts(t('reports.title'), [
    { code: 'Enter', ctrl: true, always: true, label: t('reports.keyFinalize'), when: () => editable && !opened, run: () => { saver.flush(); setOpened(true); } },
  ]);
  if (!report) return null;
  if (report.status === 'finalized') return <ExportMenu sessionId={session.id} />;
  const open = report.open_points.length;
  const saved = <SaveState state={state} saver={saver} />;
  const finalize = editable && (
    <Button ref={button} variant={open === 0 ? 'filled' : 'default'} aria-keyshortcuts="Control+Enter" onClick={() => { saver.flush(); setOpened(true); }}>
      {t('reports.finalize')}
      {open > 0 && !phone && <span className={classes.openCount}>{t('reports.openCount', { count: open })}</span>}
    </Button>
  );
  return (
    <>
      {phone ? (
        <Portal target={`#${PHONE_ACTIONS}`}>
          <div className={classes.phoneActions}>{saved}{finalize}<NextPointButton report={report} /></div>
        </Portal>
      ) : <>{saved}{finalize}</>}
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
