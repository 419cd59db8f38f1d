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
    asked.push(new URL(request.url).searchParams);
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
        return sent.length === 1 ? problem('validation_error', 400, { errors: { external_id: ['Another patient has it.'] } }) : json(made, { status: 201 });
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
    expect(await dialog.findByText('Another patient has it.')).toBeVisible();
    expect(dialog.getByLabelText('ID')).toHaveFocus();
    expect(await violations()).toEqual([]);
    await user.type(dialog.getByLabelText('ID'), '8');
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Mei Tanaka' })).toBeVisible();
    expect(router.state.location.pathname).toBe(`/patients/${made.id}`);
    expect(sent[1]).toMatchObject({ full_name: 'Mei Tanaka', external_id: '78', date_of_birth: null });
  });

  it('shows rows while loading, then that there is no connection, and tries again', async () => {
    let connected = false;
    server.use(get('/patients', async () => {
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
    server.use(get('/patients', ({ request }) => page(new URL(request.url).searchParams.has('search') ? [] : [daniel])));
    const { user } = await renderApp('/patients', { language: 'ar' });
    await screen.findByRole('link', { name: 'Daniel Reyes' });
    await user.type(screen.getByRole('searchbox'), 'x');
    expect(await screen.findByText('لا مريض يطابق البحث.')).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'مسح البحث والتصفية' }));
    expect(await screen.findByRole('link', { name: 'Daniel Reyes' })).toBeVisible();
  });
});
