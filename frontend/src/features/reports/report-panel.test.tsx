import { act, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { PlaybackProvider } from '../../components/playback/playback';
import { handleShortcut } from '../../components/shortcuts';
import { UndoBar } from '../../components/undo-bar';
import { get, json, post, problem } from '../../testing/http';
import { renderWith } from '../../testing/render-app';
import { server } from '../../testing/server';
import { ReportPanel } from './report-panel';
import { makeClaim, makeFlag, makeReport, makeSession, reportServer } from './testing-report';
import type { Report, RiskFlag, Session } from './types';

beforeAll(() => { window.addEventListener('keydown', handleShortcut); });
afterAll(() => { window.removeEventListener('keydown', handleShortcut); });

/** Of the two live regions of the app only the words on the page. */
const conflictBar = () => screen.findByText((_, element) => element?.tagName === 'P' && element.textContent.includes('changed in another tab at 09:14'));

async function open(report: Report, session: Session = makeSession(), language: 'en' | 'ar' = 'en') {
  const kept = reportServer(session, report);
  server.use(...kept.handlers);
  const view = await renderWith(<PlaybackProvider><ReportPanel session={session} /><UndoBar /></PlaybackProvider>, { language });
  await screen.findAllByRole('heading', { level: 2 });
  return { ...view, kept, session };
}

async function violations(container: Element) {
  const { violations: found } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  return found.map((one) => [one.id, one.nodes.map((node) => node.html)]);
}

const inferred = () => makeClaim({ text: 'Work keeps the worry going.', state: 'inferred' });
const unsupported = () => makeClaim({ text: 'Next session in one week.', state: 'unsupported', section: 'treatment_plan', topic: 'plan', evidence: [] });

describe('a risk flag', () => {
  it('needs a reason to be dismissed, folds, and comes back with Undo', async () => {
    const { user, kept } = await open(makeReport({ risk_flags: [makeFlag()] }));
    const flag = await screen.findByRole('region', { name: /^Suicide: wish to be dead, Endorsed/ });
    expect(within(flag).getByText(/From transcript; scale not administered/)).toBeVisible();
    await user.click(within(flag).getByRole('button', { name: 'Dismiss' }));
    expect(within(flag).getByText('Write why this is not a risk. It stays in the record.')).toBeVisible();
    const reason = within(flag).getByLabelText(/^Reason/);
    expect(reason).toHaveFocus();
    expect(kept.sent).toEqual([]);
    // Enter does what asked for the reason.
    await user.type(reason, 'A line of a song{Enter}');
    await user.click(await screen.findByRole('button', { name: /^Undo: Suicide/ }));
    expect(await screen.findByRole('button', { name: 'Dismiss' })).toBeVisible();
    await waitFor(() => { expect(kept.sent.map((edit) => edit.risk_flags?.[0]?.clinician_decision)).toEqual(['dismissed', 'pending']); });
    expect(kept.sent[0]?.risk_flags?.[0]?.rationale).toBe('A line of a song');
    expect(kept.matches).toEqual(['"r-1"', '"r-2"']);
  });

  it('says what a second listening heard, and nothing where there was none', async () => {
    let flagged = 0;
    const heard = (second_reading: RiskFlag['evidence'][number]['second_reading']) => makeFlag().evidence.map((item) => ({ ...item, start_ms: item.start_ms + 60_000 * (flagged += 1), end_ms: item.end_ms + 60_000 * flagged, second_reading }));
    const flags = [
      makeFlag(), makeFlag({ evidence: heard({ text: 'if I just did not wake up', same: true }) }),
      makeFlag({ evidence: heard({ text: 'if I just did wake her up', same: false }) }), makeFlag({ evidence: heard({ text: '', same: false }) }),
    ];
    const { container } = await open(makeReport({ risk_flags: flags }));
    const cards = await screen.findAllByRole('region', { name: /^Suicide/ });
    expect(cards.map((card) => /Second listening[^.]*/.exec(card.textContent)?.[0])).toEqual([
      undefined, expect.stringContaining('same words'), expect.stringContaining('heard “if I just did wake her up”'), expect.stringContaining('no words could be made out'),
    ]);
    expect(await violations(container)).toEqual([]);
  });

  it('takes C only while focus is in it, and N walks to it', async () => {
    const { user, kept } = await open(makeReport({ risk_flags: [makeFlag({ safety_plan_suggested: true })], claims: [inferred()] }));
    expect(await screen.findByText('2 things before you sign')).toBeVisible();
    expect(screen.getByRole('heading', { name: 'Safety plan' })).toBeVisible();
    await user.keyboard('c');
    expect(kept.sent).toEqual([]);
    await user.keyboard('n');
    expect(screen.getByRole('region', { name: /^Suicide/ })).toHaveFocus();
    await user.keyboard('c');
    expect(await screen.findByText(/^You confirmed this/)).toBeVisible();
    await waitFor(() => { expect(document.activeElement).toHaveTextContent(/^Suicide/); });
    await user.keyboard('n');
    expect(screen.getByRole('button', { name: /Work keeps the worry going/ })).toHaveFocus();
  });
});

describe('claims', () => {
  it('are confirmed, taken as mine and removed, with a way back', async () => {
    const [one, two] = [inferred(), unsupported()];
    const { user, kept } = await open(makeReport({ claims: [one, two] }));
    await user.click(await screen.findByRole('button', { name: 'Confirm' }));
    await user.click(screen.getByRole('button', { name: 'Mark as mine' }));
    expect(await screen.findByText('Nothing is open')).toBeVisible();
    await user.click(screen.getAllByRole('button', { name: 'More for this sentence' })[0]!);
    await user.click(await screen.findByRole('menuitem', { name: 'Remove' }));
    expect(screen.queryByText('Work keeps the worry going.')).not.toBeInTheDocument();
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => { expect(kept.sent.map((edit) => edit.claims?.[0])).toEqual([
      { id: one.id, confirmed: true }, { id: two.id, state: 'clinician_added' }, { id: one.id, removed: true }, { id: one.id, removed: false },
    ]); });
  });

  it('are written in place and saved by themselves, and never take the others along', async () => {
    const [one, two] = [makeClaim(), inferred()];
    const { user, kept } = await open(makeReport({ claims: [one, two] }));
    await user.dblClick(await screen.findByRole('button', { name: /Sleeps three hours/ }));
    await user.type(screen.getByRole('textbox', { name: 'Sentence' }), ' Wakes at five.');
    await waitFor(() => { expect(kept.sent).toHaveLength(1); });
    expect(kept.sent[0]?.claims).toEqual([{ id: one.id, text: 'Sleeps three hours. Wakes at five.' }, { id: two.id }]);
    expect(await screen.findByText(/^Saved \d\d:\d\d$/)).toBeVisible();
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('button', { name: /Wakes at five/ })).toHaveFocus();
    await user.keyboard('{Control>}z{/Control}');
    expect(await screen.findByRole('button', { name: 'Supported: Sleeps three hours.' })).toBeVisible();
  });

  it('are kept in the tab while there is no connection, and leaving is asked about', async () => {
    const { user, kept } = await open(makeReport({ claims: [makeClaim()] }));
    kept.setOffline(true);
    await user.click(await screen.findByRole('button', { name: 'Add a sentence to Subjective' }));
    await user.type(screen.getByRole('textbox'), 'Walks daily.{Enter}');
    expect(await screen.findByText(/^Not saved, offline since \d\d:\d\d. Kept in this tab.$/)).toBeVisible();
    const leaving = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(true);
    kept.setOffline(false);
    act(() => { window.dispatchEvent(new Event('online')); });
    expect(await screen.findByRole('button', { name: 'Added by you: Walks daily.' })).toBeVisible();
    expect(kept.sent[0]?.claims).toEqual([{ section: 'key_points', topic: 'concern', text: 'Walks daily.' }]);
  });

  it('changed in another tab are not overwritten before a choice', async () => {
    const claim = makeClaim();
    const { user, kept } = await open(makeReport({ claims: [claim] }));
    await user.dblClick(await screen.findByRole('button', { name: /Sleeps three hours/ }));
    kept.change({ claims: [{ ...claim, text: 'Sleeps two hours.' }] });
    await user.type(screen.getByRole('textbox', { name: 'Sentence' }), ' Or four.{Enter}');
    expect(await conflictBar()).toBeVisible();
    expect(kept.sent).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Show theirs' }));
    expect(screen.getByRole('button', { name: /Sleeps two hours/ })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Keep mine' }));
    await waitFor(() => { expect(kept.sent[0]?.claims?.[0]?.text).toBe('Sleeps three hours. Or four.'); });
    expect(kept.matches.at(-1)).toBe('"r-2"');
    expect(screen.queryByRole('button', { name: 'Keep mine' })).not.toBeInTheDocument();
  });
});

it('lists what is open, signs when nothing is, and is read-only then', async () => {
  const { user, kept, container } = await open(makeReport({ claims: [makeClaim(), unsupported()], risk_flags: [makeFlag()], notices: ['transcript_has_gaps'] }));
  await user.click(await screen.findByRole('button', { name: /^Finalize/ }));
  const dialog = await screen.findByRole('dialog', { name: '2 things are still open' });
  expect(within(dialog).getAllByRole('listitem').slice(0, 2).map((item) => item.textContent)).toEqual([
    expect.stringContaining('Decide on “Suicide: wish to be dead”'), expect.stringContaining('“Next session in one week.”'),
  ]);
  expect(within(dialog).getByText(/not transcribed/)).toBeVisible();
  expect(within(dialog).queryByRole('button', { name: 'Sign note' })).not.toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Mark as mine' }));
  await user.click(within(dialog).getByRole('button', { name: 'Go to flag' }));
  await waitFor(() => { expect(screen.getByRole('region', { name: /^Suicide/ })).toHaveFocus(); });
  await user.keyboard('c');
  await waitFor(() => { expect(kept.sent).toHaveLength(2); });
  await user.keyboard('{Control>}{Enter}{/Control}');
  const sign = await screen.findByRole('dialog', { name: 'Sign this note' });
  expect(within(sign).getByText('LCSW')).toBeVisible();
  expect(within(sign).getByText('After you sign, the note cannot change. You can still write addenda.')).toBeVisible();
  await user.click(within(sign).getByRole('button', { name: 'Sign note' }));
  expect(await screen.findByText('Signed by Nadia Rahman, LCSW, 24 Nov 2026, 09:31.')).toBeVisible();
  expect(kept.sent.at(-1)).toEqual({ status: 'finalized' });
  for (const name of [/^Draft again/, 'More for this sentence', /^Add a sentence/, /^Finalize/, /^Undo/]) {
    expect(screen.queryByRole('button', { name })).not.toBeInTheDocument();
  }
  expect(await violations(container)).toEqual([]);
});

it('exports the signed note as a file, and takes addenda', async () => {
  const signed = makeReport({
    status: 'finalized', claims: [makeClaim()],
    finalized: { at: '2026-11-24T09:31:00Z', name: 'Nadia Rahman', credentials: 'LCSW', license_number: '', human_share: 0.12 },
  });
  const { user, session } = await open(signed);
  const asked: [string, string | null][] = [];
  const added: unknown[] = [];
  const links: string[] = [];
  URL.createObjectURL = () => 'blob:note';
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) { links.push(this.download); });
  server.use(
    get(`/sessions/${session.id}/report/export`, ({ request }) => {
      asked.push([new URL(request.url).search, request.headers.get('Authorization')]);
      return new Response('%PDF', { headers: { 'Content-Type': 'application/pdf', 'Content-Disposition': 'attachment; filename="note-2026-11-23.pdf"' } });
    }),
    post(`/sessions/${session.id}/report/addenda`, async ({ request }) => {
      const sent = (await request.json()) as Record<string, string>;
      added.push(sent);
      return json({ id: 'a', created_at: '2026-11-25T09:00:00Z', author: 'Nadia Rahman', author_credentials: 'LCSW', ...sent }, { status: 201 });
    }),
  );
  await user.click(await screen.findByRole('button', { name: 'Export' }));
  await user.click(await screen.findByRole('menuitem', { name: 'PDF' }));
  await waitFor(() => { expect(links).toEqual(['note-2026-11-23.pdf']); });
  expect(asked).toEqual([['?format=pdf', 'Bearer test-token']]);
  await user.click(screen.getByRole('button', { name: 'Add addendum' }));
  await user.click(screen.getByRole('button', { name: 'Add addendum' }));
  expect(screen.getByLabelText('Reason')).toHaveFocus();
  await user.type(screen.getByLabelText('Reason'), 'Late call');
  await user.type(screen.getByLabelText('Text'), 'The client called at six.');
  await user.click(screen.getByRole('button', { name: 'Add addendum' }));
  await waitFor(() => { expect(added).toEqual([{ reason: 'Late call', text: 'The client called at six.' }]); });
});

it('drafts a section again and brings the old text back', async () => {
  const old = makeClaim();
  const { user, kept, session } = await open(makeReport({ claims: [old] }));
  const fresh = makeClaim({ text: 'Sleep is short.' });
  server.use(post(`/sessions/${session.id}/report`, async ({ request }) => {
    expect(await request.json()).toEqual({ sections: ['subjective'] });
    kept.change({ claims: [fresh], versions: [{ number: 2, kind: 'drafted', created_at: '2026-11-24T09:14:00Z', author: '' }] });
    return json(session, { status: 202 });
  }));
  server.use(get(`/sessions/${session.id}/report`, () => json({ ...makeReport({ claims: [fresh] }), version: 2, versions: [{ number: 2, kind: 'drafted', created_at: '2026-11-24T09:14:00Z', author: '' }] }, { headers: { ETag: '"r-2"' } })));
  await user.click(await screen.findByRole('button', { name: 'Draft again: Subjective' }));
  const choice = await screen.findByRole('group', { name: 'Old and new text' });
  expect(within(choice).getByText('Sleeps three hours.')).toBeVisible();
  await user.click(within(choice).getByRole('button', { name: 'Bring the old back' }));
  await waitFor(() => { expect(kept.sent[0]?.claims).toEqual([
    { id: fresh.id, removed: true },
    { section: 'key_points', topic: 'concern', text: 'Sleeps three hours.', evidence: [{ segment: old.evidence[0]!.segment, quote: 'I sleep three hours' }] },
  ]); });
});

it('says what is there instead of a report', async () => {
  const session = makeSession({ status: 'failed', error: { stage: 'report', code: 'model_timeout', message: '', retryable: true } });
  let retried = 0;
  server.use(
    get(`/sessions/${session.id}/report`, () => problem('not_found', 404)),
    post(`/sessions/${session.id}/retry`, () => { retried += 1; return json(session, { status: 202 }); }),
  );
  const { user } = await renderWith(<PlaybackProvider><ReportPanel session={session} /></PlaybackProvider>);
  expect(await screen.findByText(/The draft was not finished. Recording and transcript are safe./)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => { expect(retried).toBe(1); });
});

it.each(['en', 'ar'] as const)('has no accessibility violations as a draft (%s)', async (language) => {
  const { container } = await open(makeReport({
    risk_flags: [makeFlag({ safety_plan_suggested: true, level: 3 }), makeFlag({ polarity: 'denied', clinician_decision: 'confirmed', decided_at: '2026-11-24T09:10:00Z' })],
    claims: [makeClaim(), inferred(), unsupported(), makeClaim({ state: 'clinician_added', evidence: [] })],
    notices: ['extraction_only', 'risk_not_screened'], risk_screened: false,
  }), makeSession(), language);
  expect(await violations(container)).toEqual([]);
});
