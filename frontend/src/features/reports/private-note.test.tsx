import 'fake-indexeddb/auto';
import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';

import { makeTherapist, uuid } from '../../testing/factories';
import { get, json, problem, put } from '../../testing/http';
import { renderWith } from '../../testing/render-app';
import { server } from '../../testing/server';
import { PrivateNote } from './private-note';
import './testing-report';

it('is saved against the version that was read, and asks when another tab wrote', async () => {
  const id = uuid();
  let note = { text: 'Felt rushed.', updated_at: '2026-11-24T09:00:00Z' };
  let version = 1;
  const etag = () => `"n-${version.toString()}"`;
  server.use(
    get(`/sessions/${id}/private-note`, () => json(note, { headers: { ETag: etag() } })),
    put(`/sessions/${id}/private-note`, async ({ request }) => {
      if (request.headers.get('If-Match') !== etag()) return problem('edit_conflict', 412);
      note = { text: ((await request.json()) as { text: string }).text, updated_at: '2026-11-24T09:20:00Z' };
      version += 1;
      return json(note, { headers: { ETag: etag() } });
    }),
  );
  const { user } = await renderWith(<PrivateNote sessionId={id} />);
  const field = await screen.findByRole('textbox', { name: 'Private note' });
  await user.type(field, ' Tired.');
  expect(await screen.findByText(/^Saved/)).toBeVisible();
  expect(note.text).toBe('Felt rushed. Tired.');

  note = { text: 'From the other tab.', updated_at: '2026-11-24T09:14:00Z' };
  version += 1;
  await user.type(field, ' Mine.');
  expect(await screen.findByText('“From the other tab.”')).toBeVisible();
  expect(note.text).toBe('From the other tab.');
  await user.click(screen.getByRole('button', { name: 'Keep mine' }));
  await waitFor(() => { expect(note.text).toBe('Felt rushed. Tired. Mine.'); });
});

it('brings unsaved words back after a reload, and asks when another tab wrote meanwhile', async () => {
  const id = uuid();
  const therapist = makeTherapist();
  let note = { text: '', updated_at: null as string | null };
  let version = 1;
  let broken = true;
  const etag = () => `"n-${version.toString()}"`;
  server.use(
    get(`/sessions/${id}/private-note`, () => json(note, { headers: { ETag: etag() } })),
    put(`/sessions/${id}/private-note`, async ({ request }) => {
      if (broken) return problem('storage_unavailable', 503);
      if (request.headers.get('If-Match') !== etag()) return problem('edit_conflict', 412);
      note = { text: ((await request.json()) as { text: string }).text, updated_at: '2026-11-24T09:20:00Z' };
      version += 1;
      return json(note, { headers: { ETag: etag() } });
    }),
  );
  const first = await renderWith(<PrivateNote sessionId={id} />, { therapist });
  await first.user.type(await screen.findByRole('textbox', { name: 'Private note' }), 'Felt rushed.');
  expect(await screen.findByText(/^Not saved/)).toBeVisible();
  first.unmount();

  note = { text: 'From the other tab.', updated_at: '2026-11-24T09:14:00Z' };
  version += 1;
  broken = false;
  const { user } = await renderWith(<PrivateNote sessionId={id} />, { therapist });
  expect(await screen.findByText('“From the other tab.”')).toBeVisible();
  expect(screen.getByRole('textbox', { name: 'Private note' })).toHaveValue('Felt rushed.');
  await user.click(screen.getByRole('button', { name: 'Keep mine' }));
  await waitFor(() => { expect(note.text).toBe('Felt rushed.'); });
});
