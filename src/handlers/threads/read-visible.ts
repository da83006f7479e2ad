import type { Place } from "../../core/event.ts";
import type { AudienceKey, ConversationKey, PersonId } from "../../core/ids.ts";
import type { Threads } from "../../core/stores.ts";
import { matrixOf } from "../../core/threads/matrix.ts";
import type { Matrix } from "../../core/threads/matrix.ts";
import { spaceIn } from "../../core/threads/thread.ts";
import type { ThreadEntry } from "../../core/threads/thread.ts";
import type { Vectors } from "../../core/vectors.ts";
import type { Visibility } from "../visible-audiences.ts";
import type { CollectionsOf } from "./collections.ts";
import type { StillFindable } from "./still-findable.ts";

/** Threads that somebody may see, each with one vector: the mean of its chunks, of length 1. */
export interface VisibleThreads {
  readonly entries: readonly ThreadEntry[];
  /** A row for each. */
  readonly vectors: Matrix;
  /** Which model made them. */
  readonly model: string;
  /** There are more, which were left out. */
  readonly hasMore: boolean;
}

/** @throws AppError `platform_*`, `storage_*`, `aborted` */
export type ReadVisible = (place: Place, asker: PersonId, signal: AbortSignal) => Promise<VisibleThreads>;

const pageSize = 500;
const maxThreads = 5_000;

export function createReadVisible(deps: {
  readonly threads: Pick<Threads, "getMany">;
  readonly vectors: Pick<Vectors, "scan">;
  readonly collectionsOf: CollectionsOf;
  readonly visible: Pick<Visibility, "forAnswer">;
  readonly stillFindable: StillFindable;
}): ReadVisible {
  const { threads, vectors, collectionsOf, visible, stillFindable } = deps;

  return async (place, asker, signal) => {
    const [{ audiences }, collections] = await Promise.all([
      visible.forAnswer(place, asker, "private", signal),
      collectionsOf(place),
    ]);
    // Vectors of two models can't be compared: while one takes over from another, the fuller one is shown.
    const read = await Promise.all(collections.map((collection) => sumChunks(collection, audiences, signal)));
    const fullest = read.toSorted((a, b) => b.sums.size - a.sums.size)[0];
    if (fullest === undefined) return { entries: [], vectors: matrixOf([]), model: "", hasMore: false };
    const keys = [...fullest.sums.keys()];
    const stored = await threads.getMany(keys);
    const standing = stored.flatMap((entry) => (entry && audiences.has(entry.audience) ? [entry] : []));
    const kept = (await stillFindable(standing)).flatMap((entry) => {
      const sum = fullest.sums.get(entry.conversation);
      return sum ? [{ entry, vector: unit(sum) }] : [];
    });
    return {
      entries: kept.map(({ entry }) => entry),
      vectors: matrixOf(kept.map(({ vector }) => vector)),
      model: spaceIn(fullest.collection).model,
      hasMore: fullest.hasMore,
    };
  };

  async function sumChunks(collection: string, audiences: ReadonlySet<AudienceKey>, signal: AbortSignal) {
    const sums = new Map<ConversationKey, Float64Array>();
    let hasMore = false;
    for (let after: string | undefined; audiences.size > 0;) {
      signal.throwIfAborted();
      // oxlint-disable-next-line no-await-in-loop -- each page begins after the one before it.
      const page = await vectors.scan(collection, {
        limit: pageSize,
        audiences: [...audiences],
        ...(after !== undefined && { after }),
      });
      for (const { group, vector } of page.items) {
        const key = group as ConversationKey;
        const sum = sums.get(key) ?? new Float64Array(vector.length);
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
        sums.set(key, sum);
      }
      after = page.next;
      hasMore = after !== undefined && sums.size >= maxThreads;
      if (after === undefined || hasMore) break;
    }
    return { collection, sums, hasMore };
  }
}

function unit(sum: Float64Array): Float64Array {
  const length = Math.hypot(...sum);
  return length === 0 ? sum : sum.map((value) => value / length);
}
