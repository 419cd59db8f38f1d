/** A report and a server that keeps it, for the tests of this folder. */
import { uuid } from '../../testing/factories';
import { get, json, patch, problem } from '../../testing/http';
import type { Claim, Report, ReportEdit, RiskFlag, Session } from './types';

const SEGMENT = uuid();

export const makeSession = (fields: Partial<Session> = {}): Session => ({
  id: uuid(), patient: uuid(), patient_name: 'Daniel Reyes', session_date: '2026-11-23', title: '', language: 'en', note_format: 'soap',
  started_at: null, ended_at: null, modality: 'in_person', place: '', participants: '', diagnosis: '', speakers_expected: null,
  status: 'report_ready', status_changed_at: '2026-11-23T17:00:00Z', error: null, progress: null, recording: null, has_transcript: false, report_status: null, open_points: { risk_pending: 0, unsupported_claims: 0, unconfirmed_claims: 0 },
  created_at: '2026-11-23T16:00:00Z', updated_at: '2026-11-23T17:00:00Z', counts: { segments: 3, corrections: 0 },
  ...fields,
});

const words = (start_ms: number, quote: string) => ({ segment: SEGMENT, start_ms, end_ms: start_ms + 2000, quote });

export const makeClaim = (fields: Partial<Claim> = {}): Claim => ({
  id: uuid(), section: 'key_points', topic: 'concern', text: 'Sleeps three hours.', state: 'supported', confirmed: false, edited: false,
  evidence: [words(252_000, 'I sleep three hours')], lost_evidence: [],
  ...fields,
});

export const makeFlag = (fields: Partial<RiskFlag> = {}): RiskFlag => ({
  id: uuid(), category: 'suicide', polarity: 'endorsed', severity: 'low', subject: 'client', timeframe: 'current', confidence: 0.9,
  level: 1, level_note: 'from transcript; scale not administered', behaviour: null, evidence: [{ ...words(1_082_000, 'if I just did not wake up'), second_reading: null }],
  evidence_missing: false, sources: ['rules', 'embedding'], safety_plan_suggested: false, clinician_decision: 'pending', rationale: '', decided_at: null,
  ...fields,
});

const openPoints = (report: Report): Report['open_points'] => [
  ...report.risk_flags.filter((flag) => flag.clinician_decision === 'pending').map(({ id, category }) => ({ kind: 'risk_pending' as const, id, category })),
  ...report.claims.flatMap(({ id, state, confirmed, section }) => (state === 'unsupported' || (state === 'inferred' && !confirmed)
    ? [{ kind: state === 'unsupported' ? 'unsupported_claim' as const : 'unconfirmed_claim' as const, id, section }]
    : [])),
];

const arranged = (report: Report): Report => ({
  ...report,
  open_points: openPoints(report),
  sections: {
    subjective: report.claims.filter((claim) => claim.section === 'key_points').map(({ id, text }) => ({ id, text })),
    plan: report.claims.filter((claim) => claim.section === 'treatment_plan').map(({ id, text }) => ({ id, text })),
  },
});

export const makeReport = (fields: Partial<Report> = {}): Report => arranged({
  status: 'draft', note_format: 'soap', summary: '', key_points: [], treatment_plan: [], risk_flags: [], not_assessed: ['substance_use', 'medication'],
  risk_screened: true, sections: {}, claims: [], notices: [], open_points: [], version: 1,
  provenance: { engine: 'rules', model: '', prompt_version: '1', created_at: '2026-11-23T17:00:00Z' },
  versions: [{ number: 1, kind: 'drafted', created_at: '2026-11-23T17:00:00Z', author: '' }],
  finalized: null, addenda: [], created_at: '2026-11-23T17:00:00Z', updated_at: '2026-11-23T17:00:00Z',
  ...fields,
});

/** Answers GET and PATCH as the server does; `change` stands for another tab. */
export function reportServer(session: Session, first: Report) {
  let report = first;
  const sent: ReportEdit[] = [];
  const matches: (string | null)[] = [];
  let offline = false;
  const etag = () => `"r-${report.version.toString()}"`;
  const answer = () => json(report, { headers: { ETag: etag() } });
  const change = (next: Partial<Report>) => {
    const version = report.version + 1;
    report = arranged({
      ...report, ...next, version, updated_at: '2026-11-24T09:14:00Z',
      versions: [...report.versions, { number: version, kind: 'edited', created_at: '2026-11-24T09:14:00Z', author: 'Nadia Rahman' }],
    });
  };
  const apply = (edit: ReportEdit) => {
    const claims = report.claims.flatMap((claim) => {
      const item = edit.claims?.find((one) => one.id === claim.id);
      if (item?.removed) return [];
      return [{ ...claim, ...(item?.text !== undefined && { text: item.text }), ...(item?.confirmed !== undefined && { confirmed: item.confirmed }), ...(item?.state && { state: item.state }) }];
    });
    const added = (edit.claims ?? []).filter((item) => !item.id).map((item) => makeClaim({ section: item.section, topic: item.topic, text: item.text, state: 'clinician_added', evidence: [] }));
    const flags = report.risk_flags.map((flag) => {
      const item = edit.risk_flags?.find((one) => one.id === flag.id);
      return item ? { ...flag, clinician_decision: item.clinician_decision ?? flag.clinician_decision, rationale: item.rationale ?? '', decided_at: '2026-11-24T09:10:00Z' } : flag;
    });
    const signed = edit.status === 'finalized';
    change({
      claims: [...claims, ...added], risk_flags: flags, status: signed ? 'finalized' : 'draft',
      finalized: signed ? { at: '2026-11-24T09:31:00Z', name: 'Nadia Rahman', credentials: 'LCSW', license_number: '', human_share: 0.12 } : null,
    });
  };
  return {
    sent, matches, change,
    setOffline: (value: boolean) => { offline = value; },
    handlers: [
      get(`/sessions/${session.id}/report`, () => answer()),
      patch(`/sessions/${session.id}/report`, async ({ request }) => {
        if (offline) return Response.error();
        matches.push(request.headers.get('If-Match'));
        if (request.headers.get('If-Match') !== etag()) return problem('edit_conflict', 412);
        const edit = (await request.json()) as ReportEdit;
        sent.push(edit);
        apply(edit);
        return answer();
      }),
    ],
  };
}

// What jsdom lacks and a growing text field asks for.
Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true });
HTMLMediaElement.prototype.pause = () => undefined;
HTMLMediaElement.prototype.load = () => undefined;
HTMLMediaElement.prototype.play = () => Promise.resolve();
