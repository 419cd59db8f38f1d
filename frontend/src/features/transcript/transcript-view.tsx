import { ActionIcon, Button } from '@mantine/core';
import { useCallback, useMemo, useRef, useState } from 'react';

import { Icon } from '../../components/icon';
import { usePlayback } from '../../components/playback/playback';
import { useShortcuts } from '../../components/shortcuts';
import { useStepKeys } from '../../components/steps';
import { useI18n } from '../../i18n/provider';
import { FindBar } from './find-bar';
import { rowsOf } from './lib/rows';
import { tokensOf } from './lib/tokens';
import { TranscriptMenu } from './transcript-menu';
import classes from './transcript.module.css';
import { useTurnActions } from './turn-actions';
import { TurnList, type ListHandle } from './turn-list';
import type { Session, Transcript } from './types';
import { useCorrections } from './use-corrections';
import { useFind } from './use-find';

interface Props {
  session: Session;
  transcript: Transcript;
}

const BUSY: ReadonlySet<Session['status']> = new Set(['uploaded', 'transcribing', 'transcribed', 'reporting']);

export function TranscriptView({ session, transcript }: Props) {
  const { t } = useI18n();
  const { pointing, cancelPointing } = usePlayback();
  const panel = useRef<HTMLElement>(null);
  const list = useRef<ListHandle>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [finding, setFinding] = useState(false);
  const [foundAt, setFoundAt] = useState(-1);
  const [exportFailure, setExportFailure] = useState('');
  const rows = useMemo(() => rowsOf(transcript), [transcript]);
  const find = useFind(rows);
  const corrections = useCorrections(session.id);
  const focusRow = useCallback(() => { list.current?.focus(); }, []);
  const actions = useTurnActions(corrections, setEditing, focusRow);
  const signed = session.report_status === 'finalized';
  const readOnly = signed || BUSY.has(session.status);
  const low = useMemo(() => rows.flatMap((row, index) => (
    row.kind === 'turn' ? tokensOf(row.segment).flatMap((token, word) => (token.low ? [{ row: index, word }] : [])) : []
  )), [rows]);
  const gaps = useMemo(() => rows.flatMap((row, index) => (row.kind === 'gap' ? [{ row: index, word: 0 }] : [])), [rows]);

  /** The next after the cursor, from the beginning again after the last. */
  const walk = (places: { row: number; word: number }[]) => {
    const at = list.current?.cursor() ?? { row: -1, word: -1 };
    const next = places.find(({ row, word }) => row > at.row || (row === at.row && word > at.word)) ?? places[0];
    if (next) list.current?.goTo(next.row, next.word, true);
  };
  const stepFound = (by: 1 | -1) => {
    const count = find.places.length;
    if (count === 0) return;
    const next = foundAt < 0 ? (by > 0 ? 0 : count - 1) : (Math.min(foundAt, count - 1) + by + count) % count;
    setFoundAt(next);
    const place = find.places[next];
    if (place) list.current?.goTo(place.row, place.word, false);
  };
  const closeFind = () => {
    setFinding(false);
    find.setQuery('');
    setFoundAt(-1);
    focusRow();
  };
  const inside = () => panel.current?.contains(document.activeElement) ?? false;
  const editHere = () => {
    const row = rows[list.current?.cursor().row ?? -1];
    if (row) setEditing(row.id);
  };
  const correctable = !readOnly && !pointing;
  useStepKeys(t('transcript.title'), { undo: t('transcript.undo'), redo: t('transcript.redo') }, {
    at: (way) => (readOnly ? undefined : corrections.stepAt(way)),
    take: (way) => { void corrections[way](); },
  });
  useShortcuts(t('transcript.title'), [
    { code: 'KeyT', label: t('transcript.focus'), run: focusRow },
    { code: 'KeyG', label: t('transcript.nextGap'), when: () => gaps.length > 0, run: () => { walk(gaps); } },
    { code: 'KeyL', label: t('transcript.nextWordToCheck'), when: () => low.length > 0, run: () => { walk(low); } },
    { code: 'KeyE', label: t('transcript.edit'), when: () => correctable && document.activeElement?.closest('[role=grid]') !== null && inside(), run: editHere },
    { code: 'Slash', label: t('transcript.find'), when: inside, run: () => { setFinding(true); } },
    { code: 'Escape', when: () => pointing, run: cancelPointing },
  ]);

  const notice = corrections.error || exportFailure;
  return (
    <section ref={panel} className={classes.panel} aria-label={t('transcript.title')} data-region="transcript">
      <div className={classes.head}>
        <h2>{t('transcript.title')}</h2>
        {low.length > 0 && <button type="button" className={classes.chip} aria-keyshortcuts="L" title={t('transcript.nextWordToCheck')} onClick={() => { walk(low); }}><span className={classes.chipLow}>{t('transcript.wordsToCheck', { count: low.length })}</span></button>}
        {gaps.length > 0 && <button type="button" className={classes.chip} aria-keyshortcuts="G" title={t('transcript.nextGap')} onClick={() => { walk(gaps); }}>{t('transcript.gaps', { count: gaps.length })}</button>}
        <ActionIcon variant="subtle" aria-label={t('transcript.find')} title={t('transcript.find')} aria-expanded={finding} onClick={() => { if (finding) closeFind(); else setFinding(true); }}><Icon name="search" /></ActionIcon>
        {!readOnly && corrections.canUndo && <ActionIcon variant="subtle" aria-label={t('transcript.undo')} title={t('transcript.undo')} aria-keyshortcuts="Control+Z" onClick={() => { void corrections.undo(); }}><Icon name="undo" /></ActionIcon>}
        {!readOnly && corrections.canRedo && <ActionIcon variant="subtle" aria-label={t('transcript.redo')} title={t('transcript.redo')} aria-keyshortcuts="Control+Shift+Z" onClick={() => { void corrections.redo(); }}><Icon name="again" /></ActionIcon>}
        <TranscriptMenu sessionId={session.id} onFailed={setExportFailure} />
      </div>
      {readOnly && <p className={classes.notice}><Icon name={signed ? 'lock' : 'clock'} size={14} />{t(signed ? 'transcript.readOnlySigned' : 'transcript.readOnlyBusy')}</p>}
      {notice && <p className={classes.notice} data-tone="warn"><Icon name="warning" size={14} />{notice}</p>}
      {pointing && (
        <div className={classes.notice} data-tone="point">
          <span className={classes.grow} role="status">{t('transcript.pointing')} {t('transcript.pointingKeys')}</span>
          <Button size="compact-sm" variant="filled" onClick={() => { list.current?.link(); }}>{t('transcript.pointLink')}</Button>
          <Button size="compact-sm" onClick={cancelPointing}>{t('components.cancel')}</Button>
        </div>
      )}
      {finding && <FindBar find={find} onQuery={(query) => { find.setQuery(query); setFoundAt(-1); }} at={Math.min(foundAt, find.places.length - 1)} onStep={stepFound} onClose={closeFind} />}
      <TurnList
        handle={list} transcript={transcript} rows={rows} editing={readOnly || pointing ? null : editing} saving={corrections.saving} readOnly={readOnly}
        found={find.found} actions={actions}
      />
    </section>
  );
}
