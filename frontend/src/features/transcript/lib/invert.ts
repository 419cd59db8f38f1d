import type { Correction, Segment, Transcript } from '../types';

const byId = (segments: Segment[], id: string): Segment | undefined => segments.find((segment) => segment.id === id);

/** Ids in the first that the second lacks. */
export function missing(from: Transcript, other: Transcript): string[] {
  const ids = new Set(other.segments.map((segment) => segment.id));
  return from.segments.flatMap(({ id }) => (ids.has(id) ? [] : [id]));
}

/** The server counts characters, not the halves of those beyond the first plane. */
export const characters = (text: string): number => [...text].length;

/** The correction that takes one back, from what stood before and what came of it. */
export function invert(before: Transcript, change: Correction, after: Transcript): Correction {
  const back: Correction = {};
  const made = missing(after, before);
  for (const edit of change.segments ?? []) {
    const old = byId(before.segments, edit.id);
    if (!old) continue;
    if (edit.text === '') {
      (back.insert ??= []).push({ start_ms: old.start_ms, end_ms: old.end_ms, speaker: old.speaker, text: old.text });
    } else {
      (back.segments ??= []).push({
        id: edit.id,
        ...(edit.text === undefined ? {} : { text: old.text }),
        ...(edit.speaker === undefined ? {} : { speaker: old.speaker }),
      });
    }
  }
  for (const [key, edit] of Object.entries(change.speakers ?? {})) {
    const old = before.speakers[key];
    if (!old) continue;
    (back.speakers ??= {})[key] = {
      ...(edit.role === undefined ? {} : { role: old.role }),
      ...(edit.name === undefined ? {} : { name: old.name ?? '' }),
    };
  }
  if (change.insert) back.segments = [...(back.segments ?? []), ...made.map((id) => ({ id, text: '' }))];
  for (const { ids } of change.merge ?? []) {
    const [head, tail] = ids.map((id) => byId(before.segments, id));
    if (head && tail) (back.split ??= []).push({ id: head.id, offset: characters(head.text), speaker: tail.speaker });
  }
  for (const { id } of change.split ?? []) {
    const next = made[0];
    if (next) (back.merge ??= []).push({ ids: [id, next] });
  }
  return back;
}
