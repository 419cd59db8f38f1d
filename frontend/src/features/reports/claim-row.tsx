import { VisuallyHidden } from '@mantine/core';
import type { KeyboardEvent } from 'react';

import { Icon, type IconName } from '../../components/icon';
import { usePlayback } from '../../components/playback/playback';
import { useI18n } from '../../i18n/provider';
import { ClaimEditor } from './claim-editor';
import { ClaimMenu } from './claim-menu';
import { ClaimQuestion } from './claim-question';
import { EvidenceQuotes } from './evidence-quotes';
import { LostPassages } from './lost-passages';
import { PassageChip } from './passage-chip';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import { passagesOf, type Claim } from './types';

const SHAPES: Record<Claim['state'], IconName> = {
  supported: 'supported', inferred: 'toConfirm', unsupported: 'noSource', clinician_added: 'pen',
};

interface Props {
  claim: Claim;
  /** The claims under the same heading. */
  siblings: Claim[];
  index: number;
  firstInReport: boolean;
}

/** One sentence of the note: its state, its words, and where they come from. */
export function ClaimRow({ claim, siblings, index, firstInReport }: Props) {
  const { t } = useI18n();
  const { editable, active, choose, editing, setEditing, report } = useReportScope();
  const playback = usePlayback();
  const selected = active === claim.id;
  const claimSelected = report.claims.some((one) => one.id === active);
  const open = report.open_points.some((point) => point.id === claim.id);
  const passages = passagesOf(claim.evidence);
  const byYou = claim.edited ? 'reports.changedByYou' : claim.state === 'clinician_added' ? 'reports.byYou' : undefined;
  const settled = claim.state === 'inferred' && claim.confirmed;

  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (event.key === 'Escape' && playback.playing) playback.stop();
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const all = [...document.querySelectorAll<HTMLElement>('[data-claim]')];
    const next = all[all.indexOf(event.currentTarget) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (!next?.dataset.claim) return;
    next.focus();
    choose(next.dataset.claim, { play: true });
  };
  return (
    <li className={classes.claim} data-state={claim.state} data-active={selected || undefined} data-claim-row={claim.id} data-holds-point={open ? claim.id : undefined}>
      <span className={classes.shape} data-settled={settled || undefined}><Icon name={settled ? 'check' : SHAPES[claim.state]} size={claim.state === 'supported' ? 12 : 14} /></span>
      {editing === claim.id && editable ? <ClaimEditor claim={claim} /> : (
        <button
          type="button"
          className={classes.sentence}
          data-claim={claim.id}
          data-point={open ? claim.id : undefined}
          tabIndex={selected || (firstInReport && !claimSelected) ? 0 : -1}
          aria-current={selected || undefined}
          onFocus={() => { choose(claim.id); }}
          onClick={() => { choose(claim.id, { play: true }); }}
          onDoubleClick={() => { if (editable) setEditing(claim.id); }}
          onKeyDown={onKeyDown}
        >
          <VisuallyHidden>{t(settled ? 'reports.state.confirmed' : claim.state === 'clinician_added' && byYou ? byYou : `reports.state.${claim.state}`)}: </VisuallyHidden>
          <span dir="auto">{claim.text}</span>
        </button>
      )}
      <span className={classes.rowEnd}>
        {byYou && <span className={classes.meta}>{t(byYou)}</span>}
        <PassageChip passages={passages} reachable={selected} onUse={() => { choose(claim.id); }} />
        {editable && <ClaimMenu claim={claim} siblings={siblings} index={index} reachable={selected} />}
      </span>
      {selected && <EvidenceQuotes passages={passages} />}
      {(selected || open) && <LostPassages claim={claim} />}
      {editable && <ClaimQuestion claim={claim} open={open} />}
    </li>
  );
}
