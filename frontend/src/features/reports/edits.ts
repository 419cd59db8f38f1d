/** What the clinician does to a draft: shown at once, sent one by one. */
import type { Claim, ClaimEdit, Decision, NoteFormat, OpenPoint, Report, ReportEdit, RiskFlag } from './types';

export type Edit =
  | { kind: 'text'; id: string; text: string; base: string }
  | { kind: 'claim'; id: string; change: Pick<ClaimEdit, 'confirmed' | 'state' | 'removed' | 'evidence'> }
  | { kind: 'add'; section: Claim['section']; topic: Claim['topic']; text: string }
  | { kind: 'order'; ids: string[] }
  | { kind: 'restore'; remove: string[]; claims: Claim[] }
  | { kind: 'flag'; id: string; decision: Decision; rationale: string }
  | { kind: 'format'; format: NoteFormat };

/** The body of the PATCH. Claims that all bring id and text would be the whole list, and take out the others. */
export function requestOf(edit: Edit, report: Report): ReportEdit {
  switch (edit.kind) {
    case 'text': {
      const other = report.claims.find((claim) => claim.id !== edit.id);
      return { claims: [{ id: edit.id, text: edit.text }, ...(other ? [{ id: other.id }] : [])] };
    }
    case 'claim':
      return { claims: [{ id: edit.id, ...edit.change }] };
    case 'add':
      return { claims: [{ section: edit.section, topic: edit.topic, text: edit.text }] };
    case 'order':
      return { claims: ordered(report.claims, edit.ids).map(({ id, text }) => ({ id, text })) };
    case 'restore':
      return {
        claims: [
          ...edit.remove.map((id) => ({ id, removed: true })),
          ...edit.claims.map(({ section, topic, text, evidence, state, confirmed }) => ({
            section, topic, text,
            evidence: evidence.map(({ segment, quote }) => ({ segment, quote })),
            ...(state === 'inferred' && confirmed && { confirmed }),
          })),
        ],
      };
    case 'flag':
      return { risk_flags: [{ id: edit.id, clinician_decision: edit.decision, rationale: edit.rationale }] };
    case 'format':
      return { note_format: edit.format };
  }
}

/** The report as it will be once the edits are saved, as far as that is known here. */
export function withEdits(report: Report, edits: readonly Edit[]): Report {
  return edits.reduce(withEdit, report);
}

function withEdit(report: Report, edit: Edit): Report {
  switch (edit.kind) {
    case 'text':
      return withClaim(report, edit.id, (claim) => ({ ...claim, text: edit.text, edited: true }));
    case 'claim': {
      const { removed, confirmed, state } = edit.change;
      if (removed) return without(report, edit.id);
      const next = withClaim(report, edit.id, (claim) => ({
        ...claim, ...(state && { state }), ...(confirmed !== undefined && { confirmed }),
      }));
      return state !== undefined || confirmed ? settled(next, edit.id) : next;
    }
    case 'flag': {
      const flags = report.risk_flags.map((flag): RiskFlag => (flag.id === edit.id
        ? { ...flag, clinician_decision: edit.decision, rationale: edit.rationale }
        : flag));
      const next = { ...report, risk_flags: flags };
      return edit.decision === 'pending' ? next : settled(next, edit.id);
    }
    case 'order':
      return { ...report, claims: ordered(report.claims, edit.ids), sections: orderedSections(report, edit.ids) };
    case 'add':
    case 'restore':
    case 'format':
      return report;
  }
}

function withClaim(report: Report, id: string, change: (claim: Claim) => Claim): Report {
  return { ...report, claims: report.claims.map((claim) => (claim.id === id ? change(claim) : claim)) };
}

function settled(report: Report, id: string): Report {
  return { ...report, open_points: report.open_points.filter((point: OpenPoint) => point.id !== id) };
}

function without(report: Report, id: string): Report {
  const sections = Object.entries(report.sections).map(([name, items]) => [name, items.filter((item) => item.id !== id)]);
  return settled({
    ...report,
    claims: report.claims.filter((claim) => claim.id !== id),
    sections: Object.fromEntries(sections) as Report['sections'],
  }, id);
}

/** Those named stand in the given order, in the places they had together. */
function ordered<T extends { id: string }>(items: T[], ids: string[]): T[] {
  const named = ids.flatMap((id) => items.find((item) => item.id === id) ?? []);
  let next = 0;
  return items.map((item) => (ids.includes(item.id) ? named[next++] ?? item : item));
}

function orderedSections(report: Report, ids: string[]): Report['sections'] {
  const sections = Object.entries(report.sections).map(([name, items]) => [name, ordered(items, ids)]);
  return Object.fromEntries(sections) as Report['sections'];
}
