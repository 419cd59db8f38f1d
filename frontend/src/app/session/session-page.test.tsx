import { screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { HttpResponse } from 'msw';
import { afterEach, expect, it, vi } from 'vitest';

import type { components } from '../../api/schema';
import { makeTherapist, uuid } from '../../testing/factories';
import { del, get, json, patch, post, problem, put } from '../../testing/http';
import { renderApp } from '../../testing/render-app';
import { server } from '../../testing/server';
import { makeReport } from '../../features/reports/testing-report';
import { keep, keepChunk, keptOf, type Kept } from '../../features/recordings/lib/kept-store';

type Session = components['schemas']['Session'];

const makeSession = (fields: Partial<Session> = {}): Session => ({
  id: uuid(), patient: uuid(), patient_name: 'Daniel Reyes', session_date: '2026-11-23', title: 'Session 6', language: '',
  note_format: 'soap', started_at: '2026-11-23T16:00:00Z', ended_at: null, modality: 'in_person', place: '', participants: '',
  diagnosis: '', speakers_expected: null, status: 'created', status_changed_at: '2026-11-23T16:50:00Z', error: null, progress: null,
  recording: null, has_transcript: false, report_status: null, open_points: { risk_pending: 0, unsupported_claims: 0, unconfirmed_claims: 0 }, created_at: '2026-11-23T15:00:00Z', updated_at: '2026-11-23T15:00:00Z', counts: { segments: 0, corrections: 0 }, ...fields,
});
const consent = { granted: true, method: 'written' as const, recorded_at: '2026-10-05T09:00:00Z', recorded_by: 'Nadia Rahman' };
const recording = { filename: 'talk.ogg', media_type: 'audio/ogg', size_bytes: 46_000_000, sha256: '', duration_ms: 3_064_000, created_at: '2026-11-23T16:49:00Z', deleted_at: null };

async function violations(container: Element) {
  const { violations: found } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  return found.map((one) => [one.id, one.nodes.map((node) => node.html)]);
}

/** The session as the server has it, to be changed by a test. */
async function open(fields: Partial<Session> = {}, options: Parameters<typeof renderApp>[1] = {}) {
  const server_ = { session: makeSession(fields) };
  const therapist = makeTherapist();
  server.use(
    get('/sessions/:id', () => json(server_.session)),
    get('/sessions/:id/private-note', () => json({ text: '', updated_at: null })),
    get('/sessions/:id/report', () => problem('not_found', 404)),
    get('/sessions/:id/transcript', () => problem('transcript_not_ready', 409)),
    post('/sessions/:id/audio/link', () => problem('not_found', 404)),
    get('/sessions/:id/audio/peaks', () => problem('not_found', 404)),
    get('/patients/:id/consents', () => json({ record: consent, ai_processing: consent, retain_audio: consent, retain_transcript: consent, training_use: consent })),
  );
  const view = await renderApp(`/sessions/${server_.session.id}`, { therapist, ...options });
  return { ...view, server_, therapist };
}

function takesUploads(session: Session) {
  const parts: string[] = [];
  const stored: Session = { ...session, status: 'transcribing', recording, progress: { stage: 'transcription', percent: 62, eta_seconds: 240 } };
  const upload = () => json({ id: uuid(), filename: 'talk.ogg', size: 9, sha256: '', state: 'open', part_size: 8 * 2 ** 20, direct: false, parts: [], expires_at: '', created_at: '' }, { status: 201 });
  server.use(
    post('/sessions/:id/audio/uploads', upload),
    get('/sessions/:id/audio/uploads/:upload', upload),
    del('/sessions/:id/audio/uploads/:upload', () => new HttpResponse(null, { status: 204 })),
    put('/sessions/:id/audio/uploads/:upload/parts/:number', async ({ request }) => { parts.push(await request.text()); return json({ number: 1, size: 9, sha256: '' }); }),
    post('/sessions/:id/audio/uploads/:upload/complete', () => json(stored, { status: 202 })),
    get('/sessions/:id', () => json(parts.length > 0 ? stored : session)),
  );
  return parts;
}

// What jsdom lacks.
HTMLMediaElement.prototype.pause = () => undefined;
Object.defineProperty(document, 'fonts', { configurable: true, value: new EventTarget() });
afterEach(() => { vi.unstubAllGlobals(); });

it('takes a file, sends it and shows the stages', async () => {
  const { user, container, server_ } = await open();
  expect(await screen.findByRole('heading', { level: 1, name: /Daniel Reyes.*Session 6/ })).toBeVisible();
  expect(await screen.findByText(/Consent to record given/)).toBeVisible();
  expect(document.title).toBe('Session, no recording · Therapist Platform');
  expect(await violations(container)).toEqual([]);
  const parts = takesUploads(server_.session);
  await user.upload(screen.getByLabelText('Choose a file', { selector: 'input' }), new File(['some talk'], 'talk.ogg', { type: 'audio/ogg' }));
  expect(await screen.findByRole('heading', { name: 'In progress' })).toBeVisible();
  expect(parts).toEqual(['some talk']);
  expect(screen.getByText('62%, about 4 min left')).toBeVisible();
  expect(screen.getAllByRole('status').map((one) => one.textContent).join()).toContain('Transcribing. You can leave this page.');
  expect(await violations(container)).toEqual([]);
});

it('says why a file was refused, and keeps the way open', async () => {
  const { user, server_, therapist, container } = await open();
  await screen.findByText('Drop a recording here');
  takesUploads(server_.session);
  server.use(post('/sessions/:id/audio/uploads/:upload/complete', () => problem('unsupported_media', 415)));
  await user.upload(screen.getByLabelText('Choose a file', { selector: 'input' }), new File(['not sound'], 'notes.ogg', { type: 'audio/ogg' }));
  expect(await screen.findByText(/This file type cannot be read/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Try again' })).not.toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Choose another file' })).toBeVisible();
  expect(screen.queryByText('Uploading')).not.toBeInTheDocument();
  // A reload does not offer it again.
  await waitFor(async () => { expect(await keptOf(server_.session.id, therapist.id)).toEqual([]); });
  expect(await violations(container)).toEqual([]);
  const leaving = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(leaving);
  expect(leaving.defaultPrevented).toBe(true);
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(await screen.findByText('Drop a recording here')).toBeVisible();
  expect(await keptOf(server_.session.id, therapist.id)).toEqual([]);
});

it('offers what a crash left behind and sends it', async () => {
  const session = makeSession();
  const therapist = makeTherapist();
  const kept: Kept = {
    id: 'kept', sessionId: session.id, owner: therapist.id, kind: 'recording', filename: 'recording.webm', mediaType: 'audio/webm;codecs=opus',
    startedAt: '2026-11-23T16:00:00Z', ms: 24 * 60_000, size: 4, takes: [0], uploadId: null, ended: false, file: null,
  };
  await keep(kept);
  await keepChunk(kept, { keptId: 'kept', index: 0, take: 0, bytes: new TextEncoder().encode('talk').buffer });
  const { user, container } = await open(session, { therapist });
  expect(await screen.findByRole('button', { name: 'Continue it' })).toBeVisible();
  expect(screen.getByRole('region', { name: /^A recording of 24\smin from 16:00 was kept\. Continue it or send it\.$/ })).toBeVisible();
  expect(await violations(container)).toEqual([]);
  const parts = takesUploads(session);
  await user.click(screen.getByRole('button', { name: 'Send it' }));
  expect(await screen.findByRole('heading', { name: 'In progress' })).toBeVisible();
  expect(parts).toEqual(['talk']);
  await waitFor(async () => { expect(await keptOf(session.id, therapist.id)).toEqual([]); });
});

it('says that the microphone is refused', async () => {
  vi.stubGlobal('MediaRecorder', vi.fn());
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: { getUserMedia: () => Promise.reject(new DOMException('', 'NotAllowedError')) } });
  const { user, container } = await open();
  await user.click(await screen.findByRole('button', { name: 'Start recording' }));
  expect(await screen.findByText(/The browser does not allow the microphone/)).toBeVisible();
  expect(await violations(container)).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Back' }));
  expect(await screen.findByText('Drop a recording here')).toBeVisible();
});

it('saves details as they are typed, with times in the zone of the therapist', async () => {
  const changes: unknown[] = [];
  const { user, server_ } = await open();
  server.use(patch('/sessions/:id', async ({ request }) => {
    const change = await request.json() as Partial<Session>;
    changes.push(change);
    server_.session = { ...server_.session, ...change };
    return json(server_.session);
  }));
  const place = await screen.findByLabelText('Place');
  await user.type(place, 'Practice');
  await user.tab();
  expect(await screen.findByText(/^Saved/)).toBeVisible();
  await user.type(screen.getByLabelText('Ended'), '16:50');
  await user.tab();
  await waitFor(() => { expect(changes).toEqual([
    { place: 'Practice' },
    { session_date: '2026-11-23', started_at: '2026-11-23T16:00:00.000Z', ended_at: '2026-11-23T16:50:00.000Z' },
  ]); });
});

it('shows what failed, what is safe, and tries again', async () => {
  const failed = { stage: 'report' as const, code: 'model_timeout', message: '', retryable: true };
  const { user, container, server_ } = await open({ status: 'failed', error: failed, recording, counts: { segments: 3, corrections: 0 } });
  const card = await screen.findByRole('region', { name: 'The draft was not finished.' });
  expect(within(card).getByText('Recording and transcript are safe.')).toBeVisible();
  expect(within(card).getByText('The model did not answer in time.')).toBeVisible();
  expect(await violations(container)).toEqual([]);
  server.use(post('/sessions/:id/retry', () => problem('session_busy', 409)));
  await user.click(within(card).getByRole('button', { name: 'Try again' }));
  expect(await within(card).findByText(/The session is being processed/)).toBeVisible();
  server.use(post('/sessions/:id/retry', () => { server_.session = { ...server_.session, status: 'transcribed', error: null }; return json(server_.session, { status: 202 }); }));
  await user.click(within(card).getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('heading', { name: 'The draft is being written' })).toBeVisible();
});

it('cancels the work, and takes a typed transcript instead', async () => {
  const { user, server_ } = await open({ status: 'transcribing', recording, progress: { stage: 'transcription', percent: 10, eta_seconds: null } });
  const cancelled = { stage: 'transcription' as const, code: 'cancelled', message: '', retryable: true };
  server.use(post('/sessions/:id/cancel', () => { server_.session = { ...server_.session, status: 'failed', progress: null, error: cancelled }; return json(server_.session, { status: 202 }); }));
  await user.click(await screen.findByRole('button', { name: 'Cancel' }));
  expect(await screen.findByRole('heading', { name: 'Transcribing was cancelled.' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Write the transcript' }));
  let sent: unknown;
  server.use(post('/sessions/:id/transcript', async ({ request }) => { sent = await request.json(); server_.session = { ...server_.session, status: 'transcribed', error: null }; return json(server_.session, { status: 202 }); }));
  await user.click(screen.getByRole('button', { name: 'Use this transcript' }));
  expect(screen.getByText('Type or paste what was said.')).toBeVisible();
  await user.type(screen.getByLabelText('What was said'), 'Client: Better.');
  await user.click(screen.getByRole('button', { name: 'Use this transcript' }));
  expect(await screen.findByRole('heading', { name: 'The draft is being written' })).toBeVisible();
  expect(sent).toEqual({ text: 'Client: Better.' });
});

it('moves the divider by keys, between 40 and 60 per cent', async () => {
  const { user } = await open({ status: 'transcribing', recording });
  await screen.findByRole('heading', { name: 'In progress' });
  const divider = screen.getByRole('separator', { name: 'Width of the transcript' });
  divider.focus();
  await user.keyboard('{ArrowRight}');
  expect(divider).toHaveAttribute('aria-valuenow', '48');
  await user.keyboard('{End}{ArrowRight}');
  expect(divider).toHaveAttribute('aria-valuenow', '60');
});

it('says when there is no such session, in Arabic too', async () => {
  const { container } = await open({}, { language: 'ar' });
  expect(await screen.findByText('إفلات تسجيل هنا')).toBeVisible();
  expect(await violations(container)).toEqual([]);
  server.use(get('/sessions/:id', () => problem('not_found', 404)));
  await renderApp(`/sessions/${uuid()}`);
  expect(await screen.findByText('This session does not exist, or was deleted.')).toBeVisible();
});

it('shows transcript and report side by side, and nothing to change once signed', async () => {
  const ready: Partial<Session> = { status: 'report_ready', recording, counts: { segments: 3, corrections: 0 } };
  const { user, server_, queryClient } = await open(ready);
  server.use(get('/sessions/:id/report', () => json(makeReport())));
  expect(await screen.findByText('Ready to review')).toBeVisible();
  expect(document.title).toBe('Session, review · Therapist Platform');
  expect(screen.getByRole('separator', { name: 'Width of the transcript' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Replace the recording' }));
  expect(await screen.findByText('The new recording takes the place of this one, with its transcript and draft.')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Keep the present one' }));
  expect(await screen.findByRole('region', { name: 'Report' })).toBeVisible();

  const signed = makeReport({ status: 'finalized', finalized: { at: '2026-11-24T09:31:00Z', name: 'Nadia Rahman', credentials: 'LCSW', license_number: '', human_share: 0 } });
  server.use(get('/sessions/:id/report', () => json(signed)));
  await queryClient.invalidateQueries({ queryKey: ['sessions', server_.session.id] });
  expect(await screen.findByText('Signed', { selector: 'h1 *' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'More' }));
  expect((await screen.findAllByRole('menuitem')).map((one) => one.textContent)).toEqual(['Session details']);
});
