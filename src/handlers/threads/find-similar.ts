import type { ConversationKey, PersonId } from "../../core/ids.ts";
import type { Place } from "../../core/event.ts";
import type { CallContext, ModelCall } from "../../core/ledger.ts";
import type { Moderated } from "../../core/moderation.ts";
import type { Now } from "../../core/ports.ts";
import type { Threads } from "../../core/stores.ts";
import type { CalibrationOf } from "../../core/threads/calibration.ts";
import { closenessOf, groupByThread } from "../../core/threads/similar.ts";
import type { Closeness } from "../../core/threads/similar.ts";
import { spaceIn } from "../../core/threads/thread.ts";
import type { ChunkNote, ThreadEntry } from "../../core/threads/thread.ts";
import type { Vectors } from "../../core/vectors.ts";
import type { CollectionsOf } from "./collections.ts";
import type { EmbedTexts } from "./embed-texts.ts";
import type { StillFindable } from "./still-findable.ts";
import type { Visibility } from "../visible-audiences.ts";

export interface FoundThread {
  readonly entry: ThreadEntry;
  /** The cosine: −1…1. */
  readonly similarity: number;
  readonly closeness: Closeness;
  readonly nearest: ChunkNote;
}

export interface Looking {
  readonly text: Moderated<string>;
  readonly place: Place;
  readonly asker: PersonId;
  /** Who reads what is found: the asker, or everybody in the place. */
  readonly for: "private" | "public";
  /** The thread in which is asked. */
  readonly except?: ConversationKey;
  readonly limit: number;
  readonly context: CallContext;
}

export interface Found {
  /** The nearest first. */
  readonly threads: readonly FoundThread[];
  /** To be entered in the ledger. */
  readonly calls: readonly ModelCall[];
}

/**
 * Threads in which something like this was said, of those that may be seen: nothing else is ever looked at.
 * @throws AppError `budget_exhausted`, `calls_stopped`, `model_*`, `platform_unreachable`
 */
export type FindSimilar = (looking: Looking, signal: AbortSignal) => Promise<Found>;

/** Chunks a thread that is found has among the nearest, at the most; so many more are looked for. */
const chunksAThread = 6;

export function createFindSimilar(deps: {
  readonly threads: Pick<Threads, "getMany">;
  readonly vectors: Pick<Vectors, "nearest">;
  readonly collectionsOf: CollectionsOf;
  readonly embedIn: (space: ReturnType<typeof spaceIn>) => EmbedTexts;
  readonly visible: Pick<Visibility, "forAnswer">;
  readonly stillFindable: StillFindable;
  readonly calibrationOf: CalibrationOf;
  readonly now: Now;
}): FindSimilar {
  const { threads, vectors, collectionsOf, embedIn, visible, stillFindable, calibrationOf, now } = deps;

  return async ({ text, place, asker, for: privacy, except, limit, context }, signal) => {
    const [{ audiences }, collections] = await Promise.all([
      visible.forAnswer(place, asker, privacy, signal),
      collectionsOf(place),
    ]);
    if (audiences.size === 0) return { threads: [], calls: [] };
    const found = await Promise.all(
      collections.map(async (collection) => {
        const space = spaceIn(collection);
        const { vectors: embedded, call } = await embedIn(space)([text], context, signal);
        const [vector] = embedded;
        if (vector === undefined) return { near: [], call };
        const near = await vectors.nearest<ChunkNote>(collection, {
          vector,
          k: limit * chunksAThread,
          audiences: [...audiences],
          ...(except !== undefined && { exceptGroup: except }),
        });
        const calibration = calibrationOf(space.model);
        const grouped = groupByThread(near, { related: calibration.related, now: now() });
        return {
          call,
          near: grouped.map((each) => ({ ...each, closeness: closenessOf(each.similarity, calibration) })),
        };
      }),
    );
    const best = found.flatMap(({ near }) => near).slice(0, limit);
    const entries = await threads.getMany(best.map(({ conversation }) => conversation));
    const standing = best.flatMap(({ conversation: _key, ...rest }, i) => {
      const entry = entries[i];
      // Gone since, or no longer for these eyes.
      return entry && audiences.has(entry.audience) ? [{ ...rest, entry }] : [];
    });
    const findable = new Set(await stillFindable(standing.map(({ entry }) => entry)));
    return {
      threads: standing.filter(({ entry }) => findable.has(entry)),
      calls: found.flatMap(({ call }) => call ?? []),
    };
  };
}
