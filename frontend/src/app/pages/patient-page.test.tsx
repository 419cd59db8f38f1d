import { act, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { HttpResponse } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';

import type { components } from '../../api/schema';
import { makePatient, uuid } from '../../testing/factories';
import { del, get, json, page, patch, post, problem, put } from '../../testing/http';
import { renderApp } from '../../testing/render-app';
import { server } from '../../testing/server';

type Schemas = components['schemas'];
const daniel = makePatient({ email: 'daniel@example.org', notes: 'Prefers mornings.' });

const makeSession = (fields: Partial<Schemas['SessionSummary']> = {}): Schemas['SessionSummary'] => ({
  id: uuid(), patient: daniel.id, patient_name: daniel.full_name, session_date: '2026-11-16', title: '', language: '', note_format: 'soap',
  started_at: null, ended_at: null, modality: 'in_person', place: '', participants: '', diagnosis: '', speakers_expected: null,
  status: 'report_ready', status_changed_at: '2026-11-16T17:00:00Z', error: null, progress: null, recording: null, has_transcript: true, report_status: null, open_points: { risk_pending: 0, unsupported_claims: 0, unconfirmed_claims: 0 },
  created_at: '2026-11-16T16:00:00Z', updated_at: '2026-11-16T17:00:00Z', ...fields,
});
const draft = makeSession({ title: 'Sleep, work and a safety plan', session_date: '2026-11-23', report_status: 'draft', open_points: { risk_pending: 1, unsupported_claims: 0, unconfirmed_claims: 0 } });
const signed = makeSession({ title: 'Call with the manager', report_status: 'finalized' });
const failed = makeSession({ status: 'failed', session_date: '2026-11-09', error: { stage: 'transcription', code: 'no_speech', message: 'x', retryable: false } });

const waiting: Schemas['DashboardQueueItem'] = {
  kind: 'risk_pending', id: draft.id, patient: daniel.id, patient_name: daniel.full_name, session_date: draft.session_date, title: draft.title,
  started_at: null, ended_at: null, modality: 'in_person', status: 'report_ready', status_changed_at: draft.status_changed_at, error: null, progress: null,
  has_transcript: true, report_status: 'draft', open_points: { risk_pending: 1, unsupported_claims: 0, unconfirmed_claims: 0 }, missing_consents: [], created_at: '2026-11-23T14:05:00Z',
};
const dashboard: Schemas['Dashboard'] = {
  date: '2026-11-24', time_zone: 'UTC',
  queue: { count: 1, totals: { risk_pending: 1, review: 0, failed: 0 }, results: [waiting] },
  in_work: { count: 0, results: [] }, today: { count: 0, results: [] },
};
const given = (granted: boolean): Schemas['Consent'] => ({ granted, method: 'written', recorded_at: '2026-10-05T09:00:00Z', recorded_by: 'Nadia Rahman' });
const consents: Schemas['Consents'] = {
  record: given(true), ai_processing: given(true), retain_audio: given(false), retain_transcript: given(true), training_use: given(false),
};

async function violations() {
  // jsdom has no layout: contrast is checked in the browser.
  const { violations: found } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return found.map((one) => [one.id, one.nodes.map((node) => node.html)]);
}

let asked: URLSearchParams[] = [];
const path = `/patients/${daniel.id}`;

beforeEach(() => {
  asked = [];
  server.use(
    get(path, () => json(daniel)),
    get(`${path}/consents`, () => json(consents)),
    get('/sessions', ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return page([draft, signed, failed]);
    }),
    get('/dashboard', () => json(dashboard)),
  );
});

describe('patient', () => {
  it('shows who it is, what is open, and the sessions with their states', async () => {
    const { user } = await renderApp(path);
    expect(await screen.findByRole('heading', { level: 1, name: 'Daniel Reyes' })).toBeVisible();
    expect(screen.getByText('Born', { exact: false })).toHaveTextContent('Born 14 Apr 1988');
    expect(await screen.findByText('1 risk to decide and 1 draft to sign')).toBeVisible();
    const [first, second, third] = within(screen.getByRole('region', { name: 'Sessions' })).getAllByRole('listitem').map((row) => within(row));
    expect(asked.at(-1)!.get('patient')).toBe(daniel.id);
    expect(first!.getByText('1 risk to decide')).toBeVisible();
    expect(first!.getByText('Draft')).toBeVisible();
    expect(first!.getByRole('link', { name: 'Review: Session 3' })).toHaveAttribute('href', `/app/sessions/${draft.id}`);
    expect(second!.getByText('Signed')).toBeVisible();
    expect(third!.getByText('Did not finish')).toBeVisible();
    expect(third!.getByText(/No speech was found/)).toBeVisible();
    expect(document.title).not.toContain('Daniel');
    expect(await violations()).toEqual([]);
    const title = first!.getByRole('link', { name: 'Sleep, work and a safety plan' });
    act(() => { title.focus(); });
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(second!.getByRole('link', { name: 'Call with the manager' })).toHaveFocus();
  });

  it('says how far each note is without the queue', async () => {
    server.use(get('/dashboard', () => problem('internal_error', 500)));
    await renderApp(path);
    expect(await screen.findAllByText('Draft')).toHaveLength(1);
    expect(screen.getAllByText('Signed')).toHaveLength(1);
  });

  it('is edited in a dialog', async () => {
    server.use(patch(path, async ({ request }) => json({ ...daniel, ...((await request.json()) as object) })));
    const { user } = await renderApp(path);
    await screen.findByRole('heading', { level: 1, name: 'Daniel Reyes' });
    await user.keyboard('e');
    const dialog = within(await screen.findByRole('dialog', { name: 'Edit patient' }));
    const name = dialog.getByLabelText('Full name');
    await user.clear(name);
    await user.type(name, 'Daniel R. Reyes');
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Daniel R. Reyes' })).toBeVisible();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('records changed consents only, and says what withdrawing does', async () => {
    const sent: unknown[] = [];
    server.use(put(`${path}/consents`, async ({ request }) => {
      sent.push(await request.json());
      return json({ ...consents, ai_processing: given(false) });
    }));
    const { user } = await renderApp(path);
    await user.click(await screen.findByRole('button', { name: 'Change' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Change consent' }));
    await user.click(dialog.getByRole('checkbox', { name: 'Draft with AI' }));
    expect(dialog.getByText('Work on recordings of this patient stops at once.')).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.selectOptions(dialog.getByLabelText('How it was said'), 'verbal');
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => { expect(screen.queryByRole('dialog')).not.toBeInTheDocument(); });
    expect(sent).toEqual([{ ai_processing: { granted: false, method: 'verbal' } }]);
  });

  it('is deleted by typing the name, and comes back by undo', async () => {
    let deleted = false;
    server.use(
      del(path, () => { deleted = true; return new HttpResponse(null, { status: 204 }); }),
      post(`${path}/restore`, () => { deleted = false; return json(daniel); }),
      get('/patients', () => page(deleted ? [] : [daniel])),
    );
    const { user, router } = await renderApp(path);
    await user.click(await screen.findByRole('button', { name: 'Delete patient' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete Daniel Reyes' }));
    expect(dialog.getByText(/^This removes 3 sessions, their recordings and notes\./)).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Delete patient' }));
    expect(deleted).toBe(false);
    expect(await violations()).toEqual([]);
    await user.type(dialog.getByLabelText('Name: Daniel Reyes'), 'Daniel Reyes');
    await user.click(dialog.getByRole('button', { name: 'Delete patient' }));
    await waitFor(() => { expect(router.state.location.pathname).toBe('/patients'); });
    expect(deleted).toBe(true);
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Daniel Reyes' })).toBeVisible();
    expect(deleted).toBe(false);
  });

  it('says in Arabic what is there, and tries again what did not load', async () => {
    let broken = true;
    server.use(get('/sessions', () => (broken ? problem('internal_error', 500) : page([]))));
    const { user } = await renderApp(path, { language: 'ar' });
    const again = await screen.findByRole('button', { name: 'إعادة المحاولة' });
    expect(await violations()).toEqual([]);
    broken = false;
    await user.click(again);
    expect(await screen.findByText('لا جلسات بعد.')).toBeVisible();
    expect(await violations()).toEqual([]);
  });
});
