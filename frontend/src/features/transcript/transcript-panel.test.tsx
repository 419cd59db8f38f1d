import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { HttpResponse } from 'msw';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { PlaybackProvider, usePlayback, type Passage, type Playback } from '../../components/playback/playback';
import { makeSound } from '../../components/playback/testing-sound';
import { handleShortcut } from '../../components/shortcuts';
import { UndoBar } from '../../components/undo-bar';
import { get, patch, problem } from '../../testing/http';
import { renderWith } from '../../testing/render-app';
import { server } from '../../testing/server';
import { client, makeSegment, makeSession, makeTranscript, transcriptServer } from './testing-transcript';
import { TranscriptPanel } from './transcript-panel';

// jsdom lays nothing out; the list shows what fits into the height of its element.
beforeAll(() => {
  window.addEventListener('keydown', handleShortcut);
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, value: 800 });
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, value: 40 });
});
afterAll(() => {
  window.removeEventListener('keydown', handleShortcut);
  Reflect.deleteProperty(HTMLElement.prototype, 'clientHeight');
  Reflect.deleteProperty(HTMLElement.prototype, 'offsetHeight');
});

async function open({ transcript = makeTranscript(), session = makeSession(), language = 'en' as 'en' | 'ar' } = {}) {
  const sent = transcriptServer(transcript);
  const made = makeSound();
  const handle: { playback?: Playback } = {};
  const Handle = ({ take }: { take: (playback: Playback) => void }) => {
    take(usePlayback());
    return null;
  };
  const view = await renderWith(
    <PlaybackProvider sound={made.sound}>
      <Handle take={(playback) => { handle.playback = playback; }} />
      <TranscriptPanel session={session} />
      <UndoBar />
    </PlaybackProvider>,
    { language },
  );
  await screen.findByRole('grid');
  return { ...view, ...made, sent, transcript, playback: () => handle.playback! };
}

const word = (text: string) => screen.getAllByText((_, element) => element?.hasAttribute('data-token') === true && element.textContent.startsWith(text))[0]!;
const rowOf = (text: string) => word(text).closest<HTMLElement>('[role=row]')!;

async function violations(container: Element) {
  const { violations: found } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  return found.map((one) => [one.id, one.nodes.map((node) => node.html)]);
}

describe('the words', () => {
  it('stand in rows with time, role and a gap, and pass axe', async () => {
    const { container } = await open();
    expect(screen.getAllByRole('row')).toHaveLength(4);
    expect(within(rowOf('manager')).getByText('00:10')).toBeVisible();
    expect(within(rowOf('manager')).getByRole('button', { name: 'Client, change speaker' })).toBeVisible();
    expect(screen.getByText('Not transcribed · 6 s of speech')).toBeVisible();
    expect(screen.getByRole('button', { name: '1 word to check' })).toBeVisible();
    expect(word('manager.')).toHaveTextContent('manager. (please check)');
    expect(document.querySelectorAll('[role=grid] [tabindex="0"]')).toHaveLength(1);
    expect(await violations(container)).toEqual([]);
  });

  it('play from the one that is clicked or on which Enter is pressed', async () => {
    const { user, sound } = await open();
    const play = vi.spyOn(sound, 'playFrom');
    await user.click(word('manager'));
    expect(play).toHaveBeenLastCalledWith(11_500);
    await user.keyboard('{ArrowRight}{ArrowRight}{Enter}');
    expect(play).toHaveBeenLastCalledWith(12_500);
    await user.keyboard('{ArrowUp}{Enter}');
    expect(play).toHaveBeenLastCalledWith(0);
  });

  it('are lit while they are said, without a new render of the row', async () => {
    const { sound } = await open();
    act(() => { sound.seek(11_600); });
    expect(word('manager')).toHaveAttribute('data-now');
    act(() => { sound.seek(12_100); });
    expect(word('manager')).not.toHaveAttribute('data-now');
    expect(word('Then')).toHaveAttribute('data-now');
  });

  it('are followed until the reader scrolls, and again when asked', async () => {
    const { sound, media, user } = await open();
    media.setAttribute('src', 'blob:sound');
    act(() => { sound.playFrom(11_600); });
    expect(screen.queryByRole('button', { name: 'Follow the sound' })).toBeNull();
    fireEvent.wheel(screen.getByRole('grid'));
    await user.click(screen.getByRole('button', { name: 'Follow the sound' }));
    expect(screen.queryByRole('button', { name: 'Follow the sound' })).toBeNull();
    act(() => { sound.stop(); });
  });

  it('of the selected flag are marked, and said to be evidence of a risk', async () => {
    const { playback, transcript } = await open();
    const passage: Passage = { segmentId: transcript.segments[1]!.id, startMs: 12_000, endMs: 14_000, quote: 'Then I slept.' };
    act(() => { playback().select({ id: 'f', kind: 'risk', passages: [passage] }); });
    const mark = word('slept').closest('mark');
    expect(mark).toHaveTextContent('Risk evidence: Then I slept. End of evidence.');
    expect(screen.getByRole('img', { name: 'Evidence of a risk' })).toBeVisible();
    expect(word('manager').closest('mark')).toBeNull();
  });

  it('are found, walked through and counted', async () => {
    const { user } = await open();
    await user.click(word('How'));
    await user.keyboard('[Slash]');
    await user.type(screen.getByLabelText('Find in the transcript'), 'then{Enter}{Enter}');
    expect(await screen.findAllByText('2 of 2')).not.toHaveLength(0);
    expect(word('then?')).toHaveAttribute('data-found');
    await user.keyboard('{Escape}');
    expect(word('then?')).not.toHaveAttribute('data-found');
    await user.keyboard('l');
    expect(rowOf('manager').querySelector('[data-words]')).toHaveFocus();
  });
});

describe('corrections', () => {
  it('are typed in place, kept with the words before, undone and made again', async () => {
    const { user, sent } = await open();
    await user.dblClick(word('How'));
    const field = screen.getByLabelText('Words of the turn at 00:00');
    expect(field).toHaveFocus();
    await user.clear(field);
    await user.type(field, 'How was the week?{Enter}');
    expect(await screen.findByText('Turn corrected.')).toBeVisible();
    expect(rowOf('How')).toHaveTextContent('How was the week?');
    await user.click(within(rowOf('How')).getByRole('button', { name: 'Edited. Show the words before' }));
    expect(await screen.findByText('How was your week?')).toBeVisible();
    await user.keyboard('{Escape}');
    await user.click(word('How'));
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => { expect(rowOf('How')).toHaveTextContent('How was your week?'); });
    await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
    await waitFor(() => { expect(rowOf('How')).toHaveTextContent('How was the week?'); });
    expect(sent.map((change) => change.segments?.[0]?.text)).toEqual(['How was the week?', 'How was your week?', 'How was the week?']);
  });

  it('leave the words alone on Esc, and keep what was typed when they are refused', async () => {
    const { user, sent } = await open();
    await user.click(word('How'));
    await user.keyboard('e');
    await user.keyboard('x{Escape}');
    expect(rowOf('How')).toHaveTextContent('How was your week?');
    expect(sent).toEqual([]);
    server.use(patch('/sessions/:id/transcript', () => problem('session_busy', 409)));
    await user.keyboard('e');
    await user.keyboard(' x{Enter}');
    expect(await screen.findByText(/^The correction was not saved/, { selector: 'p' })).toBeVisible();
    expect(screen.getByLabelText('Words of the turn at 00:00')).toHaveValue('How was your week? x');
  });

  it('change a role for all turns, and merge with the way back', async () => {
    const { user, sent, transcript } = await open();
    const [first, second] = transcript.segments;
    await user.click(within(rowOf('How')).getByRole('button', { name: 'Therapist, change speaker' }));
    await user.click((await screen.findAllByRole('menuitemradio', { name: 'Other' }))[0]!);
    expect(await within(rowOf('How')).findByRole('button', { name: 'Other, change speaker' })).toBeVisible();
    await user.click(within(rowOf('How')).getByRole('button', { name: 'Other, change speaker' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Merge with the next turn' }));
    expect(await screen.findByText('Turns merged.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => { expect(sent).toHaveLength(3); });
    expect(sent).toEqual([
      { speakers: { S1: { role: 'other' } } },
      { merge: [{ ids: [first!.id, second!.id] }] },
      { split: [{ id: first!.id, offset: 18, speaker: 'S2' }] },
    ]);
  });

  it('put words where nothing was written', async () => {
    const { user, sent } = await open();
    await user.click(word('How'));
    await user.keyboard('g');
    expect(screen.getByRole('button', { name: 'Play' })).toHaveFocus();
    await user.keyboard('{ArrowRight}{Enter}');
    await user.type(screen.getByLabelText('Words of the gap at 00:20'), 'It helped.{Enter}');
    expect(await screen.findByText('Words added.')).toBeVisible();
    expect(screen.queryByText(/Not transcribed/)).toBeNull();
    expect(sent).toEqual([{ insert: [{ start_ms: 20_000, end_ms: 26_000, speaker: 'S2', text: 'It helped.' }] }]);
  });

  it.each([
    [{ report_status: 'finalized' } as const, 'Signed. The transcript cannot change.'],
    [{ status: 'reporting' } as const, 'The note is being drafted. Corrections wait until it is done.'],
  ])('cannot be made when %j', async (fields, sentence) => {
    const { user } = await open({ session: makeSession(fields) });
    expect(screen.getByText(sentence)).toBeVisible();
    await user.dblClick(word('How'));
    await user.keyboard('e');
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Type it' })).toBeNull();
    expect(screen.queryByRole('button', { name: /change speaker/ })).toBeNull();
  });

  it('split where the cursor is, from the menu, and name a speaker', async () => {
    const { user, sent, transcript } = await open();
    await user.click(within(rowOf('manager')).getByRole('button', { name: 'Client, change speaker' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Split this turn' }));
    const field = await screen.findByLabelText<HTMLTextAreaElement>('Words of the turn at 00:10');
    await waitFor(() => { expect(field).toHaveFocus(); });
    field.setSelectionRange(20, 20);
    await user.click(screen.getByRole('button', { name: 'Split at the cursor' }));
    await waitFor(() => { expect(sent).toEqual([{ split: [{ id: transcript.segments[1]!.id, offset: 20 }] }]); });
    await user.click(await within(rowOf('How')).findByRole('button', { name: 'Therapist, change speaker' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Name of this speaker' }));
    await user.type(await screen.findByLabelText('Name'), 'Nadia{Enter}');
    expect(await within(rowOf('How')).findByText('Nadia')).toBeInTheDocument();
  });
});

describe('pointing', () => {
  it('selects words with the keys and links them with Enter; Esc leaves', async () => {
    const { user, playback, transcript } = await open();
    const linked = vi.fn();
    act(() => { playback().startPointing(linked); });
    expect(screen.getByText(/Select the words in the transcript, then press Enter/)).toBeVisible();
    await user.keyboard('{ArrowDown}{ArrowRight}{ArrowRight}{Shift>}{ArrowRight}{/Shift}{Enter}');
    expect(linked).toHaveBeenCalledWith({ segmentId: transcript.segments[1]!.id, startMs: 11_000, endMs: 11_900, quote: 'my manager.' });
    act(() => { playback().startPointing(linked); });
    await user.keyboard('{Escape}');
    expect(playback().pointing).toBe(false);
    expect(linked).toHaveBeenCalledTimes(1);
  });

  it('selects words with the mouse', async () => {
    const { user, playback } = await open();
    const linked = vi.fn();
    act(() => { playback().startPointing(linked); });
    await user.pointer([{ keys: '[MouseLeft>]', target: word('Then') }, { target: word('slept') }, { keys: '[/MouseLeft]' }]);
    await user.click(screen.getByRole('button', { name: 'Link these words' }));
    expect(linked).toHaveBeenCalledWith(expect.objectContaining({ quote: 'Then I slept.' }));
  });
});

describe('other states', () => {
  it('says what did not load and tries again', async () => {
    server.use(get('/sessions/:id/transcript', () => problem('internal_error', 500)));
    const { user } = await renderWith(<PlaybackProvider sound={makeSound().sound}><TranscriptPanel session={makeSession()} /></PlaybackProvider>);
    expect(await screen.findByText('The transcript could not be loaded. It is safe on the server.')).toBeVisible();
    transcriptServer(makeTranscript());
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('grid')).toBeVisible();
  });

  it('says that there are no words', async () => {
    transcriptServer(makeTranscript({ segments: [], coverage: { speech_ms: 0, transcribed_ms: 0, gaps: [] } }));
    await renderWith(<PlaybackProvider sound={makeSound().sound}><TranscriptPanel session={makeSession()} /></PlaybackProvider>);
    expect(await screen.findByText('There are no words in this transcript.')).toBeVisible();
  });

  it('keeps the direction of an Arabic transcript in an English page, and turns the arrows', async () => {
    const { user } = await open({ transcript: makeTranscript({ language: 'ar', segments: [makeSegment(0, 'كيف كان أسبوعك؟')] }) });
    const cell = word('كان').closest('[data-words]');
    expect(cell).toHaveAttribute('dir', 'rtl');
    expect(cell).toHaveAttribute('lang', 'ar');
    await user.click(word('كان'));
    await user.keyboard('{ArrowLeft}');
    expect(word('أسبوعك')).toHaveAttribute('data-cursor');
  });

  it('is saved as a file', async () => {
    const create = vi.fn(() => 'blob:x');
    Object.assign(URL, { createObjectURL: create, revokeObjectURL: vi.fn() });
    const { user } = await open();
    const asked: (string | null)[] = [];
    server.use(get('/sessions/:id/transcript', ({ request }) => {
      asked.push(new URL(request.url).searchParams.get('format'));
      return HttpResponse.text('1');
    }));
    await user.click(screen.getByRole('button', { name: 'Save as a file' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Subtitles (SRT)' }));
    await waitFor(() => { expect(create).toHaveBeenCalled(); });
    expect(asked).toEqual(['srt']);
  });

  it('renders a long session', async () => {
    const segments = Array.from({ length: 1_500 }, (_, index) => makeSegment(index, 'I went to work and it was a long day but in the end it was fine.', index % 2 ? client : {}));
    const began = performance.now();
    await open({ transcript: makeTranscript({ segments }) });
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    console.info(`1,500 turns, fetched and shown: ${Math.round(performance.now() - began).toString()} ms, ${screen.getAllByRole('row').length.toString()} rows in the document`);
  });
});
