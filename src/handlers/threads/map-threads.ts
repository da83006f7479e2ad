import type { Place } from "../../core/event.ts";
import type { PersonId } from "../../core/ids.ts";
import type { ThreadAnalysis } from "../../core/ports.ts";
import type { ThreadGroups } from "../../core/threads/analysis.ts";
import { labelGroups } from "../../core/threads/labels.ts";
import type { ThreadEntry } from "../../core/threads/thread.ts";
import type { ReadVisible } from "./read-visible.ts";

/** Threads that somebody may see, in groups, each with its place on a map. */
export interface ThreadMap extends Pick<ThreadGroups, "silhouette" | "inertia" | "explained"> {
  readonly count: number;
  /** The largest first. */
  readonly groups: readonly MappedGroup[];
  /** There are more threads, which were left out. */
  readonly hasMore: boolean;
}

export interface MappedGroup {
  /** What sets it apart. */
  readonly terms: readonly string[];
  /** Those nearest its centre first. */
  readonly threads: readonly MappedThread[];
}

export interface MappedThread {
  readonly entry: ThreadEntry;
  readonly at: readonly [x: number, y: number];
}

/** How many threads there are where they are too few to be grouped. */
export interface TooFew {
  readonly found: number;
  readonly least: number;
}

/** @param k how many groups; as many as set them apart best where left out. @throws AppError `platform_*`, `storage_*`, `aborted` */
export type MapThreads = (
  place: Place,
  asker: PersonId,
  k: number | undefined,
  signal: AbortSignal,
) => Promise<ThreadMap | TooFew>;

const shownTerms = 3;
const leastThreads = 4;

export function createMapThreads({
  readVisible,
  analysis,
}: {
  readonly readVisible: ReadVisible;
  readonly analysis: Pick<ThreadAnalysis, "group">;
}): MapThreads {
  return async (place, asker, k, signal) => {
    const { entries, vectors, hasMore } = await readVisible(place, asker, signal);
    if (entries.length < leastThreads) return { found: entries.length, least: leastThreads };
    const { groups, points, silhouette, inertia, explained } = await analysis.group(vectors, k, signal);
    const members = groups.map((rows) =>
      rows.flatMap((row): MappedThread[] => {
        const [entry, at] = [entries[row], points[row]];
        return entry && at ? [{ entry, at }] : [];
      }),
    );
    const titles = members.map((threads) => threads.map(({ entry }) => entry.title));
    const labels = labelGroups(titles, shownTerms);
    return {
      count: entries.length,
      groups: members.map((threads, i) => ({ terms: labels[i] ?? [], threads })),
      silhouette,
      inertia,
      explained,
      hasMore,
    };
  };
}
