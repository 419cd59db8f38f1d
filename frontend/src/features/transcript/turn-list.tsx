import { Button } from '@mantine/core';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type Ref } from 'react';

import { Icon } from '../../components/icon';
import { announce } from '../../components/live-region';
import { usePlayback, usePoint } from '../../components/playback/playback';
import { useI18n } from '../../i18n/provider';
import { GapRow } from './gap-row';
import { evidenceOf, type Range } from './lib/evidence';
import type { Row } from './lib/rows';
import { useSpeakerName } from './lib/speaker-name';
import { startOf } from './lib/tokens';
import type { TurnActions } from './turn-actions';
import { TurnRow } from './turn-row';
import classes from './transcript.module.css';
import type { Transcript } from './types';
import { passageOf, usePointed, wordOf } from './use-pointed';
import { useSoundMark } from './use-sound-mark';
import { useTurnKeys, type Cursor } from './use-turn-keys';

export interface ListHandle {
  /** Shows a word a quarter from the top, and gives it the focus if asked. */
  goTo: (row: number, word: number, focus: boolean) => void;
  focus: () => void;
  cursor: () => Cursor;
  link: () => void;
}

interface Props {
  transcript: Transcript;
  rows: Row[];
  editing: string | null;
  saving: boolean;
  readOnly: boolean;
  found: ReadonlyMap<string, Range[]>;
  actions: TurnActions;
  handle: Ref<ListHandle>;
}

const RTL = /^(ar|fa|he|ur)\b/;

export function TurnList({ transcript, rows, editing, saving, readOnly, found, actions, handle }: Props) {
  const { t } = useI18n();
  const { seek, stop, selection, pointing, playing } = usePlayback();
  const point = usePoint();
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const [grid, setGrid] = useState<HTMLDivElement | null>(null);
  const [cursor, setCursor] = useState<Cursor>({ row: 0, word: 0 });
  const [following, setFollowing] = useState(true);
  const [wanted, setWanted] = useState(0);
  const { segments, language } = transcript;
  const dir = RTL.test(language) ? 'rtl' : 'ltr';
  const evidence = useMemo(() => evidenceOf(segments, selection), [segments, selection]);
  const places = useMemo(() => new Map(rows.map((row, index) => [row.id, index])), [rows]);
  const nameOf = useSpeakerName(transcript.speakers);
  const at = { row: Math.min(cursor.row, rows.length - 1), word: cursor.word };
  const kept = [at.row, editing === null ? undefined : places.get(editing)];

  // eslint-disable-next-line react-hooks/incompatible-library -- the rows are memoized by themselves, not by the compiler
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: (index) => {
      const row = rows[index];
      return row?.kind === 'turn' ? 16 + 24 * Math.max(1, Math.ceil(row.segment.text.length / 58)) : 50;
    },
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 6,
    paddingStart: 8,
    scrollPaddingStart: Math.round((scroller?.clientHeight ?? 0) / 4),
    // What has the focus or is being typed stays, wherever the list is.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), ...kept.flatMap((index) => index ?? [])])].sort((one, other) => one - other),
  });

  const focusCursor = useCallback(() => { setWanted((old) => old + 1); }, []);
  useLayoutEffect(() => {
    if (wanted > 0) grid?.querySelector<HTMLElement>('[data-cursor-row] [data-words]')?.focus({ preventScroll: true });
  }, [wanted, grid]);

  const pointed = usePointed(pointing, at, setCursor);
  const say = (to: Cursor, extend: boolean) => {
    const row = rows[to.row];
    if (row?.kind !== 'turn') return;
    const [from, until] = extend && pointed.range ? [Math.min(pointed.range[0], to.word), Math.max(pointed.range[1], to.word)] : [to.word, to.word];
    const words = passageOf(row.segment, from, until)?.quote ?? '';
    announce(extend ? t('transcript.pointed', { words }) : words);
  };
  const move = (to: Cursor, extend: boolean) => {
    setFollowing(false);
    pointed.move(to, extend);
    if (to.row === at.row) say(to, extend);
    if (to.row !== at.row) virtualizer.scrollToIndex(to.row, { align: 'auto' });
    focusCursor();
  };
  const link = () => {
    const row = rows[at.row];
    const passage = row?.kind === 'turn' && pointed.range ? passageOf(row.segment, ...pointed.range) : null;
    if (passage) point(passage);
  };
  const play = (to: Cursor) => {
    const row = rows[to.row];
    const ms = row?.kind === 'turn' ? startOf(row.segment, to.word) : null;
    if (ms === null) return;
    setFollowing(true);
    seek(ms, { play: true });
  };
  const onKeyDown = useTurnKeys({ rows, cursor: at, dir, pointing, move, enter: () => { if (pointing) link(); else play(at); } });

  useImperativeHandle(handle, () => ({
    goTo: (row, word, focus) => {
      setFollowing(false);
      setCursor({ row, word });
      virtualizer.scrollToIndex(row, { align: 'start' });
      if (focus) focusCursor();
    },
    focus: focusCursor,
    cursor: () => at,
    link,
  }));

  const show = useCallback((id: string) => {
    const index = places.get(id);
    if (index !== undefined) virtualizer.scrollToIndex(index, { align: 'start' });
  }, [places, virtualizer]);
  useSoundMark(grid, segments, (segment) => { if (following && !pointing && editing === null) show(segment.id); });

  // The evidence of what was selected in the report comes into view; later changes of the list do not scroll.
  const shown = useRef<string | null>(null);
  useEffect(() => {
    const first = selection?.passages[0]?.segmentId ?? null;
    const mark = selection && first ? `${selection.id} ${first}` : null;
    if (mark === shown.current || !scroller) return;
    shown.current = mark;
    if (first) show(first);
  }, [selection, scroller, show]);
  // Pointing begins where the reader is.
  const wasPointing = useRef(false);
  const firstShown = virtualizer.range?.startIndex ?? 0;
  useEffect(() => {
    if (pointing && !wasPointing.current) {
      const rowsAfter = rows.findIndex((row, index) => index >= firstShown && row.kind === 'turn');
      if (rowsAfter >= 0) setCursor((old) => (old.row >= firstShown && old.row < firstShown + 12 && rows[old.row]?.kind === 'turn' ? old : { row: rowsAfter, word: 0 }));
      focusCursor();
    }
    wasPointing.current = pointing;
  }, [pointing, rows, firstShown, focusCursor]);

  return (
    <>
      <div ref={setScroller} className={classes.scroller} onWheel={() => { setFollowing(false); }} onTouchMove={() => { setFollowing(false); }} onPointerDown={(event) => { if (event.target === scroller) setFollowing(false); }}>
        <div
          ref={setGrid}
          role="grid"
          tabIndex={-1}
          aria-label={t('transcript.turns')}
          aria-rowcount={rows.length}
          className={classes.space}
          style={{ height: virtualizer.getTotalSize() }}
          onKeyDown={onKeyDown}
          onPointerDown={pointed.onPointerDown}
          onPointerOver={pointed.onPointerOver}
          onFocus={(event) => {
            const index = Number(event.target.closest<HTMLElement>('[data-index]')?.dataset.index ?? at.row);
            if (index !== at.row) setCursor({ row: index, word: 0 });
          }}
          onClick={(event) => {
            const word = wordOf(event.target);
            if (!word) return;
            if (!pointing) {
              setCursor(word);
              // Words marked to be copied are not a place to play from.
              if (window.getSelection()?.isCollapsed !== false) play(word);
            }
            focusCursor();
          }}
          onDoubleClick={(event) => {
            const word = wordOf(event.target);
            const row = word && rows[word.row];
            if (!row || readOnly || pointing) return;
            stop();
            actions.edit(row.id);
          }}
        >
          {virtualizer.getVirtualItems().map(({ index, start, key }) => {
            const row = rows[index];
            if (!row) return null;
            const current = index === at.row;
            const own = { editing: editing === row.id, saving: saving && editing === row.id, reachable: current, readOnly, actions, speakers: transcript.speakers };
            const previous = rows[index - 1];
            return (
              <div
                key={key}
                ref={virtualizer.measureElement}
                role="row"
                aria-rowindex={index + 1}
                data-index={index}
                data-cursor-row={current || undefined}
                data-turn={row.kind === 'turn' ? row.id : undefined}
                data-role={row.kind === 'turn' ? row.segment.role : undefined}
                className={row.kind === 'turn' ? `${classes.place ?? ''} ${classes.row ?? ''}` : classes.place}
                style={{ transform: `translateY(${start.toString()}px)` }}
              >
                {row.kind === 'gap'
                  ? <GapRow {...own} id={row.id} gap={row.gap} before={previous?.kind === 'turn' ? previous.segment.speaker : (Object.keys(transcript.speakers)[0] ?? 'S1')} />
                  : (
                    <TurnRow
                      {...own} segment={row.segment} next={row.next} name={nameOf(row.segment)} lang={language} dir={dir} pointing={pointing}
                      evidence={evidence.get(row.id)} kind={selection?.kind} found={found.get(row.id)}
                      cursor={current ? at.word : undefined}
                      pointedFrom={current ? pointed.range?.[0] : undefined} pointedTo={current ? pointed.range?.[1] : undefined}
                    />
                  )}
              </div>
            );
          })}
        </div>
      </div>
      {playing && !following && !pointing && (
        <Button size="xs" className={classes.follow} leftSection={<Icon name="wave" />} onClick={() => {
          setFollowing(true);
          const on = grid?.querySelector<HTMLElement>('[data-on]')?.dataset.turn;
          if (on) show(on);
        }}>
          {t('transcript.follow')}
        </Button>
      )}
    </>
  );
}
