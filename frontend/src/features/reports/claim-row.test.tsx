import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { PlaybackProvider } from '../../components/playback/playback';
import { get, json, post } from '../../testing/http';
import { renderWith } from '../../testing/render-app';
import { server } from '../../testing/server';
import { ReportPanel } from './report-panel';
import { makeClaim, makeReport, makeSession, reportServer } from './testing-report';
import type { Report, Version } from './types';

async function open(report: Report) {
  const session = makeSession();
  server.use(...reportServer(session, report).handlers);
  const view = await renderWith(<PlaybackProvider><ReportPanel session={session} /></PlaybackProvider>);
  await screen.findAllByText(report.claims[0]!.text);
  return { ...view, session };
}

const lost = { segment: makeSession().id, start_ms: 0, end_ms: 2000, quote: 'I wake at four' };
const rowOf = (text: RegExp) => within(screen.getByRole('button', { name: text }).closest('li')!);

it('names the passage that a correction took away, and what it left', async () => {
  const held = makeClaim({ text: 'Sleeps little.', lost_evidence: [lost] });
  const broken = makeClaim({ text: 'Wakes at four and sleeps little.', state: 'unsupported', lost_evidence: [lost] });
  const { user } = await open(makeReport({ claims: [held, broken] }));
  const open_ = rowOf(/Wakes at four and/);
  expect(open_.getByText('The words that are left do not say this')).toBeVisible();
  expect(open_.getByText('A correction of the transcript took this passage away:')).toBeVisible();
  expect(open_.getByText('“I wake at four”')).toBeVisible();
  // Where the rest holds the sentence it is told on looking at it, and asks for nothing.
  expect(rowOf(/Sleeps little\.$/).queryByText('“I wake at four”')).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: /^Supported: Sleeps little\.$/ }));
  expect(await rowOf(/^Supported: Sleeps little\.$/).findByText('“I wake at four”')).toBeVisible();
});

it('calls a reworded sentence the clinician’s', async () => {
  await open(makeReport({ claims: [makeClaim({ text: 'Barely sleeps.', state: 'clinician_added', edited: true })] }));
  expect(rowOf(/^Changed by you: Barely sleeps\.$/).getAllByText('Changed by you')[0]).toBeVisible();
  expect(screen.getByText('Nothing is open')).toBeVisible();
});

it('says what Draft again kept', async () => {
  const [mine, old, fresh] = [makeClaim({ text: 'Mine.', state: 'clinician_added' }), makeClaim(), makeClaim({ text: 'Sleep has become short.' })];
  const { user, session } = await open(makeReport({ claims: [mine, old] }));
  const drafted = [{ number: 2, kind: 'drafted' as const, created_at: '2026-11-24T09:14:00Z', author: '' }];
  server.use(
    post(`/sessions/${session.id}/report`, () => json(session, { status: 202 })),
    get(`/sessions/${session.id}/report`, () => json({ ...makeReport({ claims: [mine, fresh] }), version: 2, versions: drafted }, { headers: { ETag: '"r-2"' } })),
  );
  await user.click(await screen.findByRole('button', { name: 'Draft again: Subjective' }));
  const choice = within(await screen.findByRole('group', { name: 'Old and new text' }));
  expect(choice.getByText('1 sentence that you wrote, changed or confirmed was kept.')).toBeVisible();
});

it('says in words what drafted a signed note, and which version lost a passage', async () => {
  const report = makeReport({
    status: 'finalized', claims: [makeClaim()],
    provenance: { engine: 'packaged_gguf', model: 'qwen', prompt_version: 'word_evidence/v1', created_at: '2026-11-23T17:00:00Z' },
    finalized: { at: '2026-11-24T09:31:00Z', name: 'Nadia Rahman', credentials: '', license_number: '', human_share: 0.12 },
  });
  const { user, session } = await open(report);
  const change = { field: 'claims', id: lost.segment, change: 'edited', before: { lost_evidence: [] }, after: { lost_evidence: [lost] } };
  const version: Version = {
    number: 2, kind: 'transcript_changed', created_at: '2026-11-24T09:00:00Z', author: '', engine: 'packaged_gguf', model: 'qwen',
    prompt_version: 'word_evidence/v1', human_share: 0.12, changes: [change], content: {},
  };
  server.use(get(`/sessions/${session.id}/report/versions`, () => json({ count: 1, next: null, previous: null, results: [version] })));
  expect(screen.getByText('Wording of passages, version 1')).toBeVisible();
  expect(screen.getByText('Written, changed or confirmed by you')).toBeVisible();
  await user.click(screen.getByText('Versions'));
  await waitFor(() => { expect(screen.getByText(/1 passage lost/)).toBeVisible(); });
});
