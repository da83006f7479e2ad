import { pairAt } from "./borders.ts";
import { noRank } from "./vocabulary.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Bytes made into tokens. */
export interface Merged {
  /** How many tokens there are. */
  parts(): number;
  /** Where the first so many of them end, at least one, in the array that the bytes stand in. */
  endOfParts(count: number): number;
}

/**
 * Bytes on their way to tokens: of all neighbours that are a token together, those of the least rank are joined, the
 * leftmost first. Finding them again after each join takes as long as the tree is high.
 */
export interface Merge extends Merged {
  /**
   * Begins with `bytes[start, end)`, one part each, at least one. Yields after a millisecond or less; up to 65,536 bytes
   * are begun in one step.
   */
  begin(bytes: Uint8Array, start: number, end: number): Generator<undefined, void, void>;
  /** Joins at most so many pairs. False where no more can be joined. */
  join(pairs: number): boolean;
}

/** A node of the tree is the least of 16 below it, which is one cache line of ranks. */
const fanOutBits = 4;
const fanOut = 2 ** fanOutBits;

/** Enough for 2 ** 32 bytes. */
const mostLevels = Math.ceil(32 / fanOutBits);
const bytesPerStep = 65_536;
const nodesPerStep = 16_384;

/** Has room for `capacity` bytes at a time. */
export function createMerge(vocabulary: Vocabulary, capacity: number): Merge {
  const { maxTokenBytes, rankOf, rankOfPair } = vocabulary;
  /** How long a part is, at its first byte and at its last; what stands between means nothing. */
  const partBytes = new Uint8Array(capacity);
  /** Level 0: the rank of each part with the next one, at the part's first byte; each level above is the least of 16. */
  const tree = new Int32Array(treeSize(capacity));
  const levelStarts = new Int32Array(mostLevels);
  let top = 0;
  let topNodes = 0;
  let bytes: Uint8Array = new Uint8Array(0);
  /** Positions below are counted from here. */
  let first = 0;
  let length = 0;
  let parts = 0;

  function* begin(given: Uint8Array, start: number, end: number): Generator<undefined, void, void> {
    bytes = given;
    first = start;
    length = end - start;
    parts = length;
    top = -1;
    let nodes = length * fanOut;
    for (let levelStart = 0; nodes > fanOut;) {
      nodes = nodesAbove(nodes);
      levelStarts[++top] = levelStart;
      const nodesEnd = levelStart + nodes;
      levelStart += nodesAbove(nodes) * fanOut;
      tree.fill(noRank, nodesEnd, levelStart);
    }
    topNodes = nodes;
    for (let from = 0; from < length; from += bytesPerStep) {
      if (from > 0) yield;
      plant(from, Math.min(length, from + bytesPerStep));
    }
    nodes = length;
    for (let level = 1; level <= top; level++) {
      nodes = nodesAbove(nodes);
      for (let from = 0; from < nodes; from += nodesPerStep) {
        if (from > 0) yield;
        raise(level, from, Math.min(nodes, from + nodesPerStep));
      }
    }
  }

  function plant(from: number, to: number): void {
    partBytes.fill(1, from, to);
    const last = length - 1;
    for (let at = from; at < to; at++)
      tree[at] = at < last ? (rankOfPair[pairAt(bytes, first + at)] as number) : noRank;
  }

  function raise(level: number, from: number, to: number): void {
    const start = levelStarts[level] as number;
    const below = levelStarts[level - 1] as number;
    for (let node = from; node < to; node++) tree[start + node] = least(below + (node << fanOutBits), fanOut);
  }

  function least(group: number, nodes: number): number {
    let rank = noRank;
    for (let at = group; at < group + nodes; at++) {
      const each = tree[at] as number;
      if (each < rank) rank = each;
    }
    return rank;
  }

  function join(joins: number): boolean {
    let left = joins;
    while (left > 0) {
      const rank = least(levelStarts[top] as number, topNodes);
      if (rank === noRank) return false;
      let at = firstBelow(top, 0, rank);
      while (at >= 0) {
        const isOvertaken = joinAt(at, rank);
        left--;
        if (isOvertaken || left === 0) {
          repair(at);
          break;
        }
        at = nextOf(at, rank);
      }
    }
    return true;
  }

  /** The first pair of a rank below a group of 16 nodes, one of which has it. */
  function firstBelow(groupLevel: number, group: number, rank: number): number {
    let node = group;
    for (let level = groupLevel; level >= 0; level--) {
      const start = levelStarts[level] as number;
      let place = start + node;
      while (tree[place] !== rank) place++;
      node = level === 0 ? place - start : (place - start) << fanOutBits;
    }
    return node;
  }

  /** The next pair of the rank behind `at`, or -1. On leaving a group of 16 it carries upwards what changed there. */
  function nextOf(at: number, rank: number): number {
    const endOfGroup = (at | (fanOut - 1)) + 1;
    for (let next = at + 1; next < endOfGroup; next++) if (tree[next] === rank) return next;
    repair(at);
    let node = at;
    for (let level = 1; level <= top; level++) {
      node >>= fanOutBits;
      const start = levelStarts[level] as number;
      const end = start + (level === top ? topNodes - 1 : node | (fanOut - 1));
      for (let place = start + node + 1; place <= end; place++) {
        if (tree[place] === rank) return firstBelow(level - 1, (place - start) << fanOutBits, rank);
      }
    }
    return -1;
  }

  /** Joins the part at `left` with the next one; true where that makes a pair that comes before all others of `rank`. */
  function joinAt(left: number, rank: number): boolean {
    const right = left + (partBytes[left] as number);
    const end = right + (partBytes[right] as number);
    partBytes[left] = end - left;
    partBytes[end - 1] = end - left;
    parts--;
    const rankAfter = end === length ? noRank : rankOfJoined(left, end + (partBytes[end] as number));
    tree[left] = rankAfter;
    tree[right] = noRank;
    if (right >> fanOutBits !== left >> fanOutBits) repair(right);
    if (left === 0) return rankAfter <= rank;
    const before = left - (partBytes[left - 1] as number);
    const rankBefore = rankOfJoined(before, end);
    tree[before] = rankBefore;
    if (before >> fanOutBits !== left >> fanOutBits) repair(before);
    return rankAfter <= rank || rankBefore <= rank;
  }

  function rankOfJoined(start: number, end: number): number {
    return end - start > maxTokenBytes ? noRank : rankOf(bytes, first + start, first + end);
  }

  /** Carries a changed rank upwards, as far as it makes a difference. */
  function repair(at: number): void {
    let node = at;
    for (let level = 1; level <= top; level++) {
      node >>= fanOutBits;
      const rank = least((levelStarts[level - 1] as number) + (node << fanOutBits), fanOut);
      const place = (levelStarts[level] as number) + node;
      if (tree[place] === rank) return;
      tree[place] = rank;
    }
  }

  function endOfParts(count: number): number {
    let end = 0;
    for (let part = 0; part < count; part++) end += partBytes[end] as number;
    return first + end;
  }

  return { begin, join, parts: () => parts, endOfParts };
}

function treeSize(capacity: number): number {
  let size = 0;
  let nodes = capacity * fanOut;
  while (nodes > fanOut) {
    nodes = nodesAbove(nodes);
    size += nodesAbove(nodes) * fanOut;
  }
  return size;
}

/** How many groups of 16 the nodes of a level make, the last one filled up. */
function nodesAbove(nodes: number): number {
  return (nodes + fanOut - 1) >>> fanOutBits;
}
