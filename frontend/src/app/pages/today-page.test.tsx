import { act, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { delay, HttpResponse } from 'msw';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Dashboard, DashboardSession, QueueItem } from '../../features/dashboard/api/get-dashboard';
import { makePatient, uuid } from '../../testing/factories';
import { get, json, page, post, problem } from '../../testing/http';
import { renderApp } from '../../testing/render-app';
import { server } from '../../testing/server';

const makeSession = (fields: Partial<DashboardSession> = {}): DashboardSession => ({
  id: uuid(), patient: uuid(), patient_name: 'Leah Okafor', session_date: '2026-11-23', title: '', started_at: null, ended_at: null,
  modality: 'in_person', status: 'report_ready', status_changed_at: '2026-11-23T15:02:00Z', error: null, progress: null,
  has_transcript: false, report_status: 'draft', open_points: { risk_pending: 0, unsupported_claims: 0, unconfirmed_claims: 0 }, missing_consents: [], created_at: '2026-11-23T14:05:00Z', ...fields,
});
const makeItem = (fields: Partial<QueueItem> = {}): QueueItem => ({ ...makeSession(), kind: 'review', ...fields });

function makeDashboard({ queue = [], inWork = [], today = [] }: { queue?: QueueItem[]; inWork?: DashboardSession[]; today?: DashboardSession[] } = {}): Dashboard {
  const total = (kind: QueueItem['kind']) => queue.filter((item) => item.kind === kind).length;
  return {
    date: '2026-11-24', time_zone: 'UTC',
    queue: { count: queue.length, totals: { risk_pending: total('risk_pending'), review: total('review'), failed: total('failed') }, results: queue },
    in_work: { count: inWork.length, results: inWork },
    today: { count: today.length, results: today },
  };
}

const risk = makeItem({ kind: 'risk_pending', patient_name: 'Daniel Reyes', open_points: { risk_pending: 1, unsupported_claims: 2, unconfirmed_claims: 0 } });
const clear = makeItem({ patient_name: 'Priya Nair' });
const failed = makeItem({
  kind: 'failed', patient_name: 'Jonas Weber', status: 'failed', report_status: null,
  error: { stage: 'report', code: 'model_timeout', message: 'x', retryable: true },
});
const working = makeSession({ patient_name: 'Mei Tanaka', status: 'transcribing', report_status: null, progress: { stage: 'transcription', percent: 62, eta_seconds: 240 } });
const coming = makeSession({ patient_name: 'Sofia Almeida', status: 'created', report_status: null, session_date: '2026-11-24', started_at: '2099-11-24T10:30:00Z', missing_consents: ['record'] });
const full = makeDashboard({ queue: [risk, clear, failed], inWork: [working], today: [coming] });

async function violations() {
  // jsdom has no layout: contrast is checked in the browser.
  const { violations: found } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return found.map((one) => [one.id, one.nodes.map((node) => node.html)]);
}

afterEach(() => { vi.useRealTimers(); });

describe('today', () => {
  it('leads from what needs a decision to what did not finish, one button a row, one tab stop', async () => {
    server.use(get('/dashboard', () => json(full)));
    const { user, router } = await renderApp('/');
    expect(await screen.findByRole('heading', { level: 1, name: 'Tuesday 24 November' })).toBeVisible();
    expect(screen.getByText('3 things need you. 1 session in progress.')).toBeVisible();
    expect(screen.getAllByRole('heading', { level: 2 }).map((heading) => heading.textContent))
      .toEqual(['Decide a risk flag', 'Review and sign', 'Did not finish', 'In progress', 'Today’s sessions']);
    expect(screen.getByText('1 risk flag to decide and 2 sentences without source')).toBeVisible();
    expect(screen.getByText('The model did not answer in time.')).toBeVisible();
    expect(screen.getByText('Transcribing, about 4 min left')).toBeVisible();
    expect(screen.getByRole('progressbar', { name: 'Progress of Mei Tanaka' })).toHaveAttribute('aria-valuenow', '62');
    expect(screen.getByRole('link', { name: 'Add consent: Sofia Almeida' })).toHaveAttribute('href', `/app/patients/${coming.patient}`);
    expect(await violations()).toEqual([]);

    const flag = screen.getByRole('link', { name: /Open flag/ });
    const sign = screen.getByRole('link', { name: 'Read and sign: Priya Nair' });
    const again = screen.getByRole('button', { name: 'Try again: Jonas Weber' });
    expect([flag, sign, again].map((one) => one.tabIndex)).toEqual([0, -1, -1]);
    act(() => { flag.focus(); });
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(again).toHaveFocus();
    act(() => { screen.getByRole('main').focus(); });
    await user.keyboard('[Enter]');
    await waitFor(() => { expect(router.state.location.pathname).toBe(`/sessions/${risk.id}`); });
  });

  it('says in Arabic that nothing waits', async () => {
    server.use(get('/dashboard', () => json(makeDashboard())), get('/patients', () => page([makePatient()])));
    await renderApp('/', { language: 'ar' });
    expect(await screen.findByText('لا شيء ينتظر.')).toBeVisible();
    expect(screen.getByRole('button', { name: /جلسة جديدة/ })).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('offers to add the first patient on a first visit', async () => {
    server.use(get('/dashboard', () => json(makeDashboard())), get('/patients', () => page([])));
    const { user } = await renderApp('/');
    await user.click(await screen.findByRole('button', { name: 'Add patient' }));
    expect(await screen.findByRole('dialog', { name: 'Add a patient' })).toBeVisible();
    expect(screen.queryByText('Nothing waits for you.')).not.toBeInTheDocument();
  });

  it('shows its shape while loading, then what is wrong, and tries again', async () => {
    let broken = true;
    server.use(get('/dashboard', async () => {
      if (!broken) return json(full);
      await delay(200);
      return problem('storage_unavailable', 503);
    }));
    const { user } = await renderApp('/');
    expect((await screen.findAllByText('Loading'))[0]).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    expect(await screen.findByText('The storage cannot be reached or is full.')).toBeVisible();
    expect(await violations()).toEqual([]);
    broken = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Daniel Reyes')).toBeVisible();
  });

  it('keeps the rows and says how old they are when the connection goes', async () => {
    let connected = true;
    server.use(get('/dashboard', () => (connected ? json(full) : HttpResponse.error())));
    const { queryClient } = await renderApp('/');
    await screen.findByText('Daniel Reyes');
    connected = false;
    await act(() => queryClient.invalidateQueries({ queryKey: ['dashboard'] }));
    expect(await screen.findByText(/^What you see is from/)).toBeVisible();
    expect(screen.getByText('Daniel Reyes')).toBeVisible();
  });

  it('starts failed work again, or says why not', async () => {
    let refused = true;
    server.use(
      get('/dashboard', () => json(refused ? full : makeDashboard({ inWork: [{ ...failed, status: 'transcribed', error: null }] }))),
      post(`/sessions/${failed.id}/retry`, () => {
        if (refused) return problem('session_busy', 409);
        return json({}, { status: 202 });
      }),
    );
    const { user } = await renderApp('/');
    await user.click(await screen.findByRole('button', { name: 'Try again: Jonas Weber' }));
    expect(await screen.findByText('Not started again. The session is being processed. Wait or cancel first.')).toBeVisible();
    refused = false;
    await user.click(screen.getByRole('button', { name: 'Try again: Jonas Weber' }));
    expect(await screen.findByText('Queued to draft')).toBeVisible();
    expect(screen.queryByRole('heading', { name: 'Did not finish' })).not.toBeInTheDocument();
  });

  it('follows the work, keeps the order of the rows, and rests while the tab is hidden', async () => {
    let calls = 0;
    let done = false;
    const late = { ...makeItem({ patient_name: 'Mei Tanaka' }), id: working.id };
    server.use(get('/dashboard', () => {
      calls += 1;
      return json(!done ? full : { ...full, queue: { ...full.queue, results: [risk, late, clear, failed] } });
    }));
    const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('visible');
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await renderApp('/');
    await screen.findByText('Priya Nair');
    done = true;
    await act(() => vi.advanceTimersByTimeAsync(4_100));
    const list = await waitFor(() => {
      const rows = within(screen.getByRole('region', { name: 'Review and sign' })).getAllByRole('listitem');
      expect(rows).toHaveLength(2);
      return rows;
    });
    expect(list.map((row) => within(row).getAllByText(/Nair|Tanaka/)[0]!.textContent)).toEqual(['Priya Nair', 'Mei Tanaka']);
    const before = calls;
    hidden.mockReturnValue('hidden');
    act(() => { window.dispatchEvent(new Event('visibilitychange')); });
    await act(() => vi.advanceTimersByTimeAsync(20_000));
    expect(calls).toBe(before);
    hidden.mockReturnValue('visible');
    act(() => { window.dispatchEvent(new Event('visibilitychange')); });
    await waitFor(() => { expect(calls).toBe(before + 1); });
  });
});

describe('new session', () => {
  it('opens on S, finds the patient, and goes to the session', async () => {
    const daniel = makePatient();
    const sent: unknown[] = [];
    const id = uuid();
    server.use(
      get('/dashboard', () => json(makeDashboard())),
      get('/patients', ({ request }) => page(new URL(request.url).searchParams.get('search') === 'dan' ? [daniel] : [makePatient({ full_name: 'Leah Okafor' }), daniel])),
      post('/sessions', async ({ request }) => {
        sent.push(await request.json());
        return json({ id }, { status: 201 });
      }),
    );
    const { user, router } = await renderApp('/');
    await screen.findByText('Nothing in progress.');
    act(() => { screen.getByRole('main').focus(); });
    await user.keyboard('s');
    const dialog = within(await screen.findByRole('dialog', { name: 'New session' }));
    expect(await violations()).toEqual([]);
    await user.click(dialog.getByRole('button', { name: 'Create session' }));
    expect(dialog.getByText('Choose a patient.')).toBeVisible();
    expect(sent).toHaveLength(0);
    await user.type(dialog.getByRole('combobox', { name: 'Patient' }), 'dan');
    await waitFor(() => { expect(within(screen.getByRole('listbox')).getAllByRole('option')).toHaveLength(1); });
    await user.click(screen.getByRole('option', { name: 'Daniel Reyes' }));
    await user.type(dialog.getByLabelText('Title'), 'Sleep');
    await user.selectOptions(dialog.getByLabelText('Language spoken'), 'ar');
    await user.click(dialog.getByRole('button', { name: 'Create session' }));
    await waitFor(() => { expect(router.state.location.pathname).toBe(`/sessions/${id}`); });
    expect(sent).toEqual([expect.objectContaining({ patient: daniel.id, title: 'Sleep', note_format: 'soap', language: 'ar', session_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string })]);
    expect(router.state.location.href).not.toMatch(/Daniel|Sleep/);
  });
});
