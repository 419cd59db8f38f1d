import { act, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { delay, HttpResponse } from 'msw';
import { describe, expect, it, vi } from 'vitest';

import { makePatient, uuid } from '../../testing/factories';
import { get, json, page, post, problem } from '../../testing/http';
import { renderApp } from '../../testing/render-app';
import { server } from '../../testing/server';

const daniel = makePatient();
const leah = makePatient({ full_name: 'Leah Okafor', pronouns: '', external_id: '', date_of_birth: null });

async function violations() {
  // jsdom has no layout: contrast is checked in the browser.
  const { violations: found } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return found.map((one) => [one.id, one.nodes.map((node) => node.html)]);
}

/** Answers the list and notes what it was asked for. */
function serveList(results = [daniel, leah], count = results.length) {
  const asked: URLSearchParams[] = [];
  server.use(get('/patients', ({ request }) => {
    const query = new URL(request.url).searchParams;
    if (query.has('deleted')) return page([]);
    asked.push(query);
    return json({ count, next: null, previous: null, results });
  }));
  return asked;
}

describe('patients', () => {
  it('searches on / with the server, sorts by a heading, turns pages, and keeps names out of the address', async () => {
    const asked = serveList([daniel, leah], 60);
    const { user, router } = await renderApp('/patients');
    await screen.findByRole('link', { name: 'Daniel Reyes' });
    expect(screen.getByText('1 to 25 of 60')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Next' }));
    await waitFor(() => { expect(asked.at(-1)!.get('page')).toBe('2'); });
    await user.click(screen.getByRole('button', { name: 'Born' }));
    await waitFor(() => { expect(asked.at(-1)!.get('ordering')).toBe('date_of_birth'); });
    expect(asked.at(-1)!.get('page')).toBe('1');
    expect(screen.getByRole('columnheader', { name: 'Born' })).toHaveAttribute('aria-sort', 'ascending');
    act(() => { screen.getByRole('main').focus(); });
    await user.keyboard('[Slash]');
    const search = screen.getByRole('searchbox');
    expect(search).toHaveFocus();
    await user.keyboard('leah');
    await waitFor(() => { expect(asked.at(-1)!.get('search')).toBe('leah'); });
    await user.selectOptions(screen.getByLabelText('Changed'), '7');
    await waitFor(() => { expect(asked.at(-1)!.get('updated_since')).toMatch(/T00:00:00.000Z$/); });
    expect(router.state.location.href).not.toContain('leah');
    expect(await violations()).toEqual([]);
  });

  it('has one tab stop for the rows, arrows inside, and keeps the search for the way back', async () => {
    serveList();
    const { user, router } = await renderApp('/patients');
    const first = await screen.findByRole('link', { name: 'Daniel Reyes' });
    await user.type(screen.getByRole('searchbox'), 'e');
    const second = screen.getByRole('link', { name: 'Leah Okafor' });
    expect([first.tabIndex, second.tabIndex]).toEqual([0, -1]);
    act(() => { first.focus(); });
    await user.keyboard('{ArrowDown}');
    expect(second).toHaveFocus();
    server.use(get('/patients/:id', () => problem('not_found', 404)));
    await user.keyboard('{Enter}');
    await waitFor(() => { expect(router.state.location.pathname).toBe(`/patients/${leah.id}`); });
    expect(await screen.findByText('This patient does not exist, or was deleted.')).toBeVisible();
    await user.click(screen.getByRole('link', { name: 'Go to Patients' }));
    expect(await screen.findByRole('searchbox')).toHaveValue('e');
  });

  it('adds the first patient; what the server refuses stands at its field', async () => {
    serveList([]);
    const sent: unknown[] = [];
    const made = makePatient({ id: uuid(), full_name: 'Mei Tanaka' });
    server.use(
      post('/patients', async ({ request }) => {
        sent.push(await request.json());
        return sent.length === 1 ? problem('validation_error', 400, { errors: { external_id: [{ code: 'unique', message: 'Another patient has it.' }] } }) : json(made, { status: 201 });
      }),
      get('/patients/:id', () => json(made)),
      get('/patients/:id/consents', () => json({})),
      get('/sessions', () => page([])),
      get('/dashboard', () => problem('internal_error', 500)),
    );
    const { user, router } = await renderApp('/patients');
    expect(await screen.findByText('Add the first patient to record or upload a session.')).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.click(screen.getAllByRole('button', { name: 'Add patient' })[1]!);
    const dialog = within(await screen.findByRole('dialog', { name: 'Add a patient' }));
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(dialog.getByText('Fill this in.')).toBeVisible();
    expect(dialog.getByLabelText('Full name')).toHaveFocus();
    await user.type(dialog.getByLabelText('Full name'), 'Mei Tanaka');
    await user.type(dialog.getByLabelText('ID'), '7');
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await dialog.findByText('This is taken already.')).toBeVisible();
    expect(dialog.getByLabelText('ID')).toHaveFocus();
    expect(await violations()).toEqual([]);
    await user.type(dialog.getByLabelText('ID'), '8');
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Mei Tanaka' })).toBeVisible();
    expect(router.state.location.pathname).toBe(`/patients/${made.id}`);
    expect(sent[1]).toMatchObject({ full_name: 'Mei Tanaka', external_id: '78', date_of_birth: null });
  });

  it('says when a patient was last seen and comes next, and what is open', async () => {
    serveList([makePatient({ last_session: '2026-11-16', next_session: '2026-11-30', open_items: { drafts: 2, risks: 1 } }), leah]);
    await renderApp('/patients');
    const row = within((await screen.findByRole('link', { name: 'Daniel Reyes' })).closest('tr')!);
    expect(row.getByText('16 Nov 2026')).toBeVisible();
    expect(row.getByText('30 Nov 2026')).toBeVisible();
    expect(row.getByText('1 risk to decide')).toBeVisible();
    expect(row.getByText('2 drafts to sign')).toBeVisible();
    const other = within(screen.getByRole('link', { name: 'Leah Okafor' }).closest('tr')!);
    expect(other.queryByText(/to decide|to sign|Nov/)).not.toBeInTheDocument();
    expect(screen.queryByText(/Recently deleted/)).not.toBeInTheDocument();
    expect(await violations()).toEqual([]);
  });

  it('brings a deleted patient back, and says why where it cannot', async () => {
    const gone = makePatient({ full_name: 'Mei Tanaka', erased_from: '2026-11-29T10:00:00Z' });
    let deleted = [gone];
    let taken = true;
    server.use(
      get('/patients', ({ request }) => page(new URL(request.url).searchParams.get('deleted') === 'true' ? deleted : [daniel])),
      post(`/patients/${gone.id}/restore`, () => {
        if (taken) return problem('validation_error', 400);
        deleted = [];
        return json(gone);
      }),
    );
    const { user } = await renderApp('/patients');
    await user.click(await screen.findByText('Recently deleted: 1 patient'));
    const list = within(screen.getByRole('list', { name: 'Recently deleted patients' }));
    expect(list.getByText(/Erased for good from/)).toHaveTextContent('29 Nov 2026');
    expect(await violations()).toEqual([]);
    await user.click(list.getByRole('button', { name: 'Restore Mei Tanaka' }));
    expect(await list.findByRole('alert')).toHaveTextContent('Not restored.');
    taken = false;
    await user.click(list.getByRole('button', { name: 'Restore Mei Tanaka' }));
    await waitFor(() => { expect(screen.queryByText(/Recently deleted/)).not.toBeInTheDocument(); });
  });

  it('says in Arabic what is wrong with a field; what it has no words for in those of the server', async () => {
    serveList([daniel]);
    const errors = { external_id: [{ code: 'unique', message: 'Another patient has it.' }], phone: [{ code: 'odd', message: 'Odd.' }] };
    server.use(post('/patients', () => problem('validation_error', 400, { errors })));
    const { user } = await renderApp('/patients', { language: 'ar' });
    await user.click(await screen.findByRole('button', { name: 'إضافة مريض' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.type(dialog.getByLabelText('الاسم الكامل'), 'Mei');
    await user.click(dialog.getByRole('button', { name: 'حفظ' }));
    expect(await dialog.findByText('هذه القيمة مستخدمة من قبل.')).toBeVisible();
    expect(dialog.getByText('Odd.')).toBeVisible();
  });

  it('shows rows while loading, then that there is no connection, and tries again', async () => {
    let connected = false;
    server.use(get('/patients', async ({ request }) => {
      if (new URL(request.url).searchParams.has('deleted')) return page([]);
      if (connected) return page([daniel]);
      await delay(200);
      return HttpResponse.error();
    }));
    const { user } = await renderApp('/patients');
    expect((await screen.findAllByText('Loading'))[0]).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    expect(await screen.findByText('The server cannot be reached. Check the connection, then try again.')).toBeVisible();
    expect(await violations()).toEqual([]);
    connected = true;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: 'Daniel Reyes' })).toBeVisible();
  });

  it('says that it goes on when the answer is slow', async () => {
    server.use(get('/patients', async () => { await delay('infinite'); return page([]); }));
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await renderApp('/patients');
    await screen.findAllByText('Loading');
    expect(screen.queryByText(/longer than usual/)).not.toBeInTheDocument();
    await act(() => vi.advanceTimersByTimeAsync(4_100));
    expect(await screen.findByText('This takes longer than usual. It goes on.')).toBeVisible();
    vi.useRealTimers();
  });

  it('says in Arabic that nothing matches, and clears the search', async () => {
    server.use(get('/patients', ({ request }) => page(['search', 'deleted'].some((name) => new URL(request.url).searchParams.has(name)) ? [] : [daniel])));
    const { user } = await renderApp('/patients', { language: 'ar' });
    await screen.findByRole('link', { name: 'Daniel Reyes' });
    await user.type(screen.getByRole('searchbox'), 'x');
    expect(await screen.findByText('لا مريض يطابق البحث.')).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'مسح البحث والتصفية' }));
    expect(await screen.findByRole('link', { name: 'Daniel Reyes' })).toBeVisible();
  });
});
