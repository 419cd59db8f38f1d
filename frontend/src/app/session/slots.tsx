import type { components } from '../../api/schema';
import { SkeletonRows } from '../../components/skeleton-rows';
import { TranscriptSkeleton } from './transcript-skeleton';

type Session = components['schemas']['Session'];

export function TranscriptSlot({ session }: { session: Session }) {
  return session.counts.segments < 0 ? null : <TranscriptSkeleton loading />;
}

export function PlayerSlot({ session }: { session: Session }) {
  return session.counts.segments < 0 ? null : <SkeletonRows rows={1} height={56} />;
}
