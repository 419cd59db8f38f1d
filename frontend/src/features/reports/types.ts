import type { Passage } from '../../components/playback/playback';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Session = Schemas['Session'];
export type Report = Schemas['Report'];
export type Claim = Schemas['Claim'];
export type RiskFlag = Schemas['RiskFlag'];
export type OpenPoint = Schemas['OpenPoint'];
export type ReportEdit = Schemas['PatchedReportEditRequest'];
export type ClaimEdit = Schemas['ClaimEditRequest'];
export type Decision = Schemas['ClinicianDecisionEnum'];
export type NoteFormat = Schemas['NoteFormatEnum'];
export type Version = Schemas['VersionDetail'];
export type ExportFormat = 'pdf' | 'docx' | 'txt' | 'fhir';

/** A typed or pasted transcript has no times: what has no length cannot be played. */
export function passagesOf(evidence: Schemas['Evidence'][]): Passage[] {
  return evidence.map(({ segment, start_ms, end_ms, quote }) => {
    const timed = end_ms > start_ms;
    return { segmentId: segment, startMs: timed ? start_ms : null, endMs: timed ? end_ms : null, quote };
  });
}
