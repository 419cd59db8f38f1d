import { ErrorPanel } from '../../components/error-panel';
import panel from '../../components/panel.module.css';
import type { Patient } from './api/get-patient';
import type { PatientSession, SessionPage } from './api/list-patient-sessions';
import { ConsentsCard } from './consents-card';
import { DeletePatient } from './delete-patient';
import { Loading } from './loading';
import { PatientFacts } from './patient-facts';
import classes from './patient.module.css';
import { Timeline, type NoteState } from './timeline';

interface Props {
  patient: Patient;
  sessions: SessionPage | undefined;
  sessionsError: unknown;
  onRetrySessions: () => void;
  page: number;
  onPage: (page: number) => void;
  noteState: (session: PatientSession) => NoteState;
  onDeleted: () => void;
  onRestored: () => void;
}

export function PatientView({ patient, sessions, sessionsError, onRetrySessions, page, onPage, noteState, onDeleted, onRestored }: Props) {
  return (
    <>
      <div className={classes.columns}>
        <div className={classes.column}>
          {sessionsError !== null && <ErrorPanel error={sessionsError} onRetry={onRetrySessions} />}
          {sessions ? <Timeline sessions={sessions} page={page} onPage={onPage} noteState={noteState} />
            : sessionsError === null && <div className={panel.card}><Loading rows={5} height={44} /></div>}
        </div>
        <div className={classes.column}>
          <ConsentsCard patientId={patient.id} />
          <PatientFacts patient={patient} />
        </div>
      </div>
      {sessions && (
        <div className={classes.end}>
          <DeletePatient patient={patient} sessions={sessions.count} onDeleted={onDeleted} onRestored={onRestored} />
        </div>
      )}
    </>
  );
}
