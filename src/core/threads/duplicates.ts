import { dot, rowOf } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";

export interface Pair {
  readonly first: number;
  readonly second: number;
  /** The cosine. */
  readonly similarity: number;
}

/** Pairs of rows of length 1 that are at least so near, the nearest first. */
export function nearPairs(points: Matrix, from: number, limit: number): readonly Pair[] {
  const pairs: Pair[] = [];
  for (let first = 0; first < points.rows; first++) {
    const row = rowOf(points, first);
    for (let second = first + 1; second < points.rows; second++) {
      const similarity = dot(row, rowOf(points, second));
      if (similarity >= from) pairs.push({ first, second, similarity });
    }
  }
  return pairs.toSorted((a, b) => b.similarity - a.similarity).slice(0, limit);
}

/** What hangs together by pairs, each in the order of rows; the largest first. */
export function chainsOf(pairs: readonly Pair[]): readonly (readonly number[])[] {
  const parents = new Map<number, number>();
  const rootOf = (row: number): number => {
    const parent = parents.get(row) ?? row;
    if (parent === row) return row;
    const root = rootOf(parent);
    parents.set(row, root);
    return root;
  };
  for (const { first, second } of pairs) {
    const [a, b] = [rootOf(first), rootOf(second)];
    parents.set(Math.max(a, b), Math.min(a, b));
    parents.set(Math.min(a, b), Math.min(a, b));
  }
  const chains = Map.groupBy(
    [...new Set(pairs.flatMap(({ first, second }) => [first, second]))].toSorted((a, b) => a - b),
    rootOf,
  );
  return [...chains.values()].toSorted((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
}
