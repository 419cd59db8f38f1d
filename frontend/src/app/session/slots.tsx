import { lazy, Suspense, type ComponentType } from 'react';

import type { components } from '../../api/schema';
import { SkeletonRows } from '../../components/skeleton-rows';
import { TranscriptSkeleton } from './transcript-skeleton';

type Part = ComponentType<{ session: components['schemas']['Session'] }>;

// Fetched apart from the page: neither is needed to upload or to record.
const files = import.meta.glob<Record<string, Part>>('../../features/transcript/transcript-panel.tsx');

function part(file: string, name: string, place: Part): Part {
  const load = files[`../../features/transcript/${file}.tsx`];
  return load ? lazy(async () => ({ default: (await load())[name] ?? place })) : place;
}

const TranscriptPanel = part('transcript-panel', 'TranscriptPanel', () => <TranscriptSkeleton loading />);
const PlayerBar = lazy(async () => ({ default: (await import('../../features/transcript/player-bar')).PlayerBar }));

export const TranscriptSlot: Part = ({ session }) => (
  <Suspense fallback={<TranscriptSkeleton loading />}><TranscriptPanel session={session} /></Suspense>
);

export const PlayerSlot: Part = ({ session }) => (
  <Suspense fallback={<SkeletonRows rows={1} height={56} />}><PlayerBar session={session} /></Suspense>
);
