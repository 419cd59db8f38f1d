import type { ReactNode } from 'react';

import type { components } from '../../api/schema';
import { FailedCard } from '../../features/sessions/failed-card';
import { StagesCard } from '../../features/sessions/stages-card';
import type { Replacing } from './replacing';
import { Stack } from './stack';

interface Props {
  session: components['schemas']['Session'];
  onReplacing: (what: Replacing) => void;
  children: ReactNode;
}

/** The work that goes on, or why it ended; then what only the clinician knows. */
export function WorkColumn({ session, onReplacing, children }: Props) {
  return (
    <Stack>
      {session.status === 'failed'
        ? <FailedCard session={session} onSendFile={() => { onReplacing('file'); }} onType={() => { onReplacing('text'); }} />
        : <StagesCard session={session} />}
      {children}
    </Stack>
  );
}
