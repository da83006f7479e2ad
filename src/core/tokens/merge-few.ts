import { pairAt } from "./borders.ts";
import type { Merged } from "./merge.ts";
import { noRank } from "./vocabulary.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** More than these are merged faster with a tree. */
export const fewBytes = 64;

/**
 * Merges up to `fewBytes` bytes by the same rule as `createMerge`, looking at all pairs before each join. What it answers
 * is good until it is called again.
 */
export function createMergeFew(
  vocabulary: Vocabulary,
): (bytes: Uint8Array, start: number, end: number) => Merged {
  const { maxTokenBytes, rankOf, rankOfPair } = vocabulary;
  /** Where each part begins, and behind the last where it ends. */
  const starts = new Int32Array(fewBytes + 1);
  /** Of each part with the next one. */
  const ranks = new Int32Array(fewBytes);
  let parts = 0;

  function rankWithNext(bytes: Uint8Array, part: number): number {
    if (part + 1 >= parts) return noRank;
    const start = starts[part] as number;
    const end = starts[part + 2] as number;
    return end - start > maxTokenBytes ? noRank : rankOf(bytes, start, end);
  }

  function leastPair(): number {
    let rank = noRank;
    let least = -1;
    for (let part = 0; part < parts; part++) {
      const each = ranks[part] as number;
      if (each < rank) {
        rank = each;
        least = part;
      }
    }
    return least;
  }

  function joinAt(bytes: Uint8Array, joined: number): void {
    parts--;
    for (let part = joined + 1; part <= parts; part++) {
      starts[part] = starts[part + 1] as number;
      ranks[part] = ranks[part + 1] as number;
    }
    ranks[joined] = rankWithNext(bytes, joined);
    if (joined > 0) ranks[joined - 1] = rankWithNext(bytes, joined - 1);
  }

  const merged: Merged = { parts: () => parts, endOfParts: (count) => starts[count] as number };

  return (bytes, start, end) => {
    parts = end - start;
    for (let part = 0; part < parts; part++) {
      starts[part] = start + part;
      ranks[part] = part + 1 < parts ? (rankOfPair[pairAt(bytes, start + part)] as number) : noRank;
    }
    starts[parts] = end;
    for (let least = leastPair(); least >= 0; least = leastPair()) joinAt(bytes, least);
    return merged;
  };
}
