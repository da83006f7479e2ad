import type { ConversationKey } from "../ids.ts";
import type { Neighbour } from "../vectors.ts";
import type { ChunkNote } from "./thread.ts";

/** A thread, and what of it is nearest to what is looked for. */
export interface SimilarThread {
  readonly conversation: ConversationKey;
  /** The cosine of the nearest chunk. */
  readonly similarity: number;
  readonly nearest: ChunkNote;
}

export type Closeness = "same" | "close" | "related";

/** From which similarity on two texts are near, by the model that made their vectors. */
export interface Calibration {
  /** Below, they have nothing to do with each other. */
  readonly related: number;
  readonly close: number;
  /** The same is asked. */
  readonly same: number;
}

const dayMs = 86_400_000;
/** What a thread of today has before one of long ago: enough to order what is alike, and no more. */
const freshness = 0.02;
const halfLifeMs = 90 * dayMs;

/** Chunks by thread, the nearest thread first; of those that are alike, the newer. Nothing that isn't related. */
export function groupByThread(
  neighbours: readonly Neighbour<ChunkNote>[],
  { related, now }: { readonly related: number; readonly now: number },
): readonly SimilarThread[] {
  const threads = new Map<string, SimilarThread>();
  for (const { group, similarity, value } of neighbours) {
    const known = threads.get(group);
    if (similarity < related || (known && known.similarity >= similarity)) continue;
    threads.set(group, { conversation: group as ConversationKey, similarity, nearest: value });
  }
  const rank = ({ similarity, nearest }: SimilarThread) =>
    similarity + freshness * 2 ** (-Math.max(0, now - nearest.at) / halfLifeMs);
  return [...threads.values()].toSorted((a, b) => rank(b) - rank(a));
}

export function closenessOf(similarity: number, { close, same }: Calibration): Closeness {
  if (similarity >= same) return "same";
  return similarity >= close ? "close" : "related";
}
