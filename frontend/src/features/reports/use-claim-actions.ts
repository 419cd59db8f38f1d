import { announce } from '../../components/live-region';
import { usePlayback } from '../../components/playback/playback';
import { offerUndo } from '../../components/undo-bar';
import { useI18n } from '../../i18n/provider';
import type { Edit } from './edits';
import { claimSelector, refocus } from './go-to-point';
import { useReportScope } from './report-scope';
import type { Claim, ClaimEdit } from './types';

/** What a clinician does with one claim, each with the way back where the server has one. */
export function useClaimActions(claim: Claim) {
  const { t } = useI18n();
  const playback = usePlayback();
  const { saver } = useReportScope();
  const change = (fields: Pick<ClaimEdit, 'confirmed' | 'state' | 'removed' | 'evidence'>): Edit => ({ kind: 'claim', id: claim.id, change: fields });
  return {
    confirm: () => {
      saver.add(change({ confirmed: true }), change({ confirmed: false }));
      refocus(claimSelector(claim.id));
      announce(t('reports.confirmed'));
    },
    unconfirm: () => {
      saver.add(change({ confirmed: false }), change({ confirmed: true }));
      refocus(claimSelector(claim.id));
    },
    remove: () => {
      const all = [...document.querySelectorAll<HTMLElement>('[data-claim]')].map((element) => element.dataset.claim ?? '');
      const at = all.indexOf(claim.id);
      const next = all[at + 1] ?? all[at - 1];
      if (next) refocus(claimSelector(next));
      saver.add(change({ removed: true }), change({ removed: false }));
      if (playback.selection?.id === claim.id) playback.select(null);
      offerUndo(t('reports.removed'), () => { saver.add(change({ removed: false }), change({ removed: true })); });
    },
    mine: () => {
      saver.add(change({ state: 'clinician_added' }));
      refocus(claimSelector(claim.id));
      announce(t('reports.markedMine'));
    },
    point: () => {
      playback.select({ id: claim.id, kind: 'claim', passages: [] });
      playback.startPointing((passage) => {
        saver.add(change({ evidence: [{ segment: passage.segmentId, quote: passage.quote }] }));
        playback.select({ id: claim.id, kind: 'claim', passages: [passage] });
      });
    },
  };
}
