import type { LinkedSpot } from "../links.ts";
import { dot, rowOf } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import type { ThreadEntry } from "./thread.ts";

/** Two of the threads that are compared, by their places among them, and the cosine of their vectors. */
export interface ComparedPair {
  readonly first: number;
  readonly second: number;
  readonly similarity: number;
}

export interface Comparison {
  /** A row and a column for each; 1 with itself. */
  readonly matrix: readonly (readonly number[])[];
  /** The nearest first. */
  readonly pairs: readonly ComparedPair[];
  /** Of all pairs. */
  readonly average: number;
}

/** Compares chosen rows, whose vectors have length 1, each with each. */
export function compareRows(vectors: Matrix, rows: readonly number[]): Comparison {
  const matrix = rows.map((a) => rows.map((b) => (a === b ? 1 : dot(rowOf(vectors, a), rowOf(vectors, b)))));
  const pairs = matrix
    .flatMap((row, first) =>
      row
        .slice(first + 1)
        .map((similarity, i): ComparedPair => ({ first, second: first + 1 + i, similarity })),
    )
    .toSorted((a, b) => b.similarity - a.similarity);
  const sum = pairs.reduce((total, { similarity }) => total + similarity, 0);
  return { matrix, pairs, average: pairs.length === 0 ? 1 : sum / pairs.length };
}

/** Whether an address leads into a thread: to what it began with, or to any message where the address names its thread. */
export function isOf(
  { place, first }: Pick<ThreadEntry, "place" | "first">,
  { channel, thread, message }: LinkedSpot,
): boolean {
  const root: string = place.thread ?? first;
  // A thread that is a channel of its own is named in its place.
  if (channel === (place.thread as string | undefined)) return true;
  return channel === place.channel && root === (thread ?? message);
}
