import { uuid } from '../../testing/factories';
import { get, json, patch } from '../../testing/http';
import { server } from '../../testing/server';
import type { Correction, Segment, Session, Transcript } from './types';

export const makeSession = (fields: Partial<Session> = {}): Session =>
  ({ id: uuid(), patient: uuid(), status: 'report_ready', report_status: 'draft', recording: null, counts: { segments: 3, corrections: 0 }, ...fields }) as Session;

export function makeSegment(index: number, text: string, fields: Partial<Segment> = {}): Segment {
  const start = 10_000 * index;
  const words = text.split(' ').map((word, at) => ({ text: ` ${word}`, start_ms: start + 500 * at, end_ms: start + 500 * at + 400, confidence: word.startsWith('manager') ? 0.2 : 0.9 }));
  return { id: uuid(), index, speaker: 'S1', role: 'therapist', start_ms: start, end_ms: start + 9_000, text, confidence: 0.9, words, edited: false, original_text: null, ...fields };
}

export const client = { speaker: 'S2', role: 'client' } as const;
export const makeTranscript = (fields: Partial<Transcript> = {}): Transcript => ({
  language: 'en', duration_ms: 60_000, engine: '', model: '',
  segments: [makeSegment(0, 'How was your week?'), makeSegment(1, 'I called my manager. Then I slept.', client), makeSegment(3, 'And then?')],
  speakers: { S1: { role: 'therapist' }, S2: { role: 'client' } },
  coverage: { speech_ms: 0, transcribed_ms: 0, gaps: [{ start_ms: 20_000, end_ms: 26_000 }] },
  ...fields,
});

/** Keeps the transcript as the server does, as far as these tests go. */
export function transcriptServer(transcript: Transcript) {
  const sent: Correction[] = [];
  let kept = transcript;
  server.use(
    get('/sessions/:id/transcript', () => json(kept)),
    patch('/sessions/:id/transcript', async ({ request }) => {
      const change = (await request.json()) as Correction;
      sent.push(change);
      let { segments } = kept;
      for (const edit of change.segments ?? []) {
        segments = segments.flatMap((one) => (one.id !== edit.id ? [one] : edit.text === '' ? [] : [{ ...one, ...edit, edited: true, original_text: one.original_text ?? one.text }]));
      }
      for (const made of change.insert ?? []) segments = [...segments, { ...makeSegment(9, made.text), ...made, role: 'client' as const, words: [], edited: true }];
      for (const { ids } of change.merge ?? []) {
        const [head, tail] = ids.map((id) => segments.find((one) => one.id === id));
        if (!head || !tail) continue;
        segments = segments.filter((one) => one !== tail).map((one) => (one === head ? { ...one, text: `${head.text} ${tail.text}` } : one));
      }
      segments = segments.sort((one, other) => one.start_ms - other.start_ms);
      const gaps = kept.coverage.gaps.filter((gap) => !change.insert?.some((made) => made.start_ms === gap.start_ms));
      const speakers = { ...kept.speakers };
      for (const [key, edit] of Object.entries(change.speakers ?? {})) speakers[key] = { role: 'other', ...speakers[key], ...edit };
      kept = { ...kept, segments, speakers, coverage: { ...kept.coverage, gaps } };
      return json(kept);
    }),
  );
  return sent;
}
