import { lazy, Suspense, type ComponentType } from 'react';

import type { components } from '../../api/schema';
import { SkeletonRows } from '../../components/skeleton-rows';
import { TranscriptSkeleton } from './transcript-skeleton';

type Part = ComponentType<{ session: components['schemas']['Session'] }>;

// Fetched apart from the page: neither is needed to upload or to record.
const TranscriptPanel = lazy<Part>(async () => ({ default: (await import('../../features/transcript/transcript-panel')).TranscriptPanel }));
const PlayerBar = lazy<Part>(async () => ({ default: (await import('../../features/transcript/player-bar')).PlayerBar }));

export const TranscriptSlot: Part = ({ session }) => (
  <Suspense fallback={<TranscriptSkeleton loading />}><TranscriptPanel session={session} /></Suspense>
);

export const PlayerSlot: Part = ({ session }) => (
  <Suspense fallback={<SkeletonRows rows={1} height={56} />}><PlayerBar session={session} /></Suspense>
);
