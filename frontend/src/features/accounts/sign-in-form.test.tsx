import { screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';

import { makeTherapist } from '../../testing/factories';
import { problem, url } from '../../testing/http';
import { renderApp } from '../../testing/render-app';
import { server } from '../../testing/server';

const refused = http.post(url('/auth/refresh'), () => problem('not_authenticated', 401));

async function open(path = '/login') {
  const app = await renderApp(path, { therapist: null });
  await app.user.type(await screen.findByLabelText('E-mail'), 'nadia@clinic.example');
  await app.user.type(screen.getByLabelText('Password'), 'harbour-lamp-42');
  return app;
}

describe('sign in', () => {
  it('asks for the code only when the server does, then goes where the user wanted to', async () => {
    const sent: Record<string, unknown>[] = [];
    server.use(refused, http.post(url('/auth/login'), async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>);
      return sent.length === 1 ? problem('otp_required', 401) : HttpResponse.json({ access: 'token', therapist: makeTherapist() });
    }));
    const { user, router } = await open('/patients');
    expect(screen.queryByLabelText(/^Code/)).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await user.type(await screen.findByLabelText(/^Code/), '123456');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Patients' })).toBeVisible();
    expect(router.state.location.pathname).toBe('/patients');
    expect(sent.map((one) => one.otp)).toEqual([undefined, '123456']);
  });

  it('says what is wrong', async () => {
    server.use(refused, http.post(url('/auth/login'), () => problem('invalid_credentials', 401)));
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByText('E-mail or password does not match.')).toBeVisible();
  });
});
