import { bytesOf, fileSource, type Source } from './bytes';
import { chunksOf, type Kept } from './kept-store';
import { joinTakes, canJoin } from './join-takes';

/** What was kept, as something to send; null where the browser kept only its name. */
export async function keptSource(kept: Kept): Promise<Source | null> {
  if (kept.kind === 'file') return kept.file instanceof Blob ? fileSource(kept.file, kept.filename) : null;
  const chunks = await chunksOf(kept.id);
  const takes = kept.takes.map((fromMs, take) => ({
    fromMs,
    blob: new Blob(chunks.filter((chunk) => chunk.take === take).map((chunk) => chunk.bytes), { type: kept.mediaType }),
  })).filter((take) => take.blob.size > 0);
  const [first] = takes;
  if (!first) return null;
  if (takes.length === 1 || !canJoin(kept.mediaType)) return fileSource(first.blob, kept.filename);
  const bytes = await Promise.all(takes.map(async ({ fromMs, blob }) => ({ fromMs, bytes: await bytesOf(blob) })));
  return fileSource(new Blob([joinTakes(kept.mediaType, bytes)], { type: kept.mediaType }), kept.filename);
}

export const nextIndexOf = async (kept: Kept): Promise<number> => ((await chunksOf(kept.id)).at(-1)?.index ?? -1) + 1;
