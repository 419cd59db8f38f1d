import { act, screen, within } from '@testing-library/react';
import axe from 'axe-core';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';

import { offerUndo } from '../components/undo-bar';
import { makeTherapist } from '../testing/factories';
import { problem, url } from '../testing/http';
import { renderApp } from '../testing/render-app';
import { server } from '../testing/server';

async function violations(container: Element) {
  // jsdom has no layout: contrast is checked in the browser.
  const { violations: found } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  return found.map((one) => [one.id, one.nodes.map((node) => node.html)]);
}

it('shows settings in both languages without accessibility violations', async () => {
  const therapist = makeTherapist();
  server.use(http.patch(url('/auth/me'), () => HttpResponse.json({ ...therapist, language: 'ar' })));
  const { user, container } = await renderApp('/settings', { therapist });
  expect(await screen.findByRole('textbox', { name: 'Full name' })).toHaveValue('Nadia Rahman');
  expect(await violations(container)).toEqual([]);
  await user.click(screen.getByRole('radio', { name: 'العربية' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'الإعدادات' })).toBeVisible();
  expect(document.documentElement).toHaveAttribute('dir', 'rtl');
  expect(await violations(container)).toEqual([]);
});

it('shows the keys on ?, unless single keys are switched off', async () => {
  const { user } = await renderApp('/settings');
  const single = await screen.findByLabelText(/^Single-key shortcuts/);
  await user.click(single);
  screen.getByRole('main').focus();
  await user.keyboard('{Shift>}[Slash]{/Shift}');
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  await user.click(single);
  screen.getByRole('main').focus();
  await user.keyboard('{Shift>}[Slash]{/Shift}');
  expect(within(await screen.findByRole('dialog', { name: 'Keyboard' })).getByText('Show all keys')).toBeVisible();
});

it('offers undo, and goes to sign in after signing out', async () => {
  let undone = 0;
  server.use(http.post(url('/auth/logout'), () => new HttpResponse(null, { status: 204 })), http.post(url('/auth/refresh'), () => problem('not_authenticated', 401)));
  const { user } = await renderApp('/settings');
  await screen.findByRole('heading', { level: 1, name: 'Settings' });
  act(() => { offerUndo('Deleted', () => { undone += 1; }); });
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  expect(undone).toBe(1);
  await user.click(screen.getByRole('button', { name: 'Sign out everywhere' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
});
