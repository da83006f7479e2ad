import { cluster, clusterWell } from "./k-means.ts";
import { rowOf, squaredDistance } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import { project } from "./projection.ts";

/** Groups of threads, and where each stands on a map. */
export interface ThreadGroups {
  readonly k: number;
  /** From −1 to 1. */
  readonly silhouette: number;
  readonly inertia: number;
  /** The rows of each group, those nearest its centre first. */
  readonly groups: readonly (readonly number[])[];
  /** By row: across and up, in the plane that shows the most. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** What of the whole spread the map shows across and up: shares from 0 to 1. */
  readonly explained: readonly [number, number];
}

/** Enough to tell groups apart, and a tenth of the work. */
const reducedTo = 50;
const triedKs = [2, 3, 4, 5, 6, 7, 8, 10, 12];

/** Groups threads by their vectors: into `k` groups, or as many as set them apart best. */
export function groupThreads(vectors: Matrix, k: number | undefined): ThreadGroups {
  const { points, explained } = project(vectors, reducedTo);
  const found = k === undefined ? clusterWell(points, triedKs) : cluster(points, k);
  const groups = Array.from({ length: found.k }, (_, group) => {
    const centre = rowOf(found.centres, group);
    return [...found.labels]
      .flatMap((label, row) =>
        label === group ? [{ row, away: squaredDistance(rowOf(points, row), centre) }] : [],
      )
      .toSorted((a, b) => a.away - b.away || a.row - b.row)
      .map(({ row }) => row);
  });
  return {
    k: found.k,
    silhouette: found.silhouette,
    inertia: found.inertia,
    groups: groups.filter((rows) => rows.length > 0).toSorted((a, b) => b.length - a.length),
    points: Array.from({ length: points.rows }, (_, row) => {
      const [x = 0, y = 0] = rowOf(points, row);
      return [x, y] as const;
    }),
    explained: [explained[0] ?? 0, explained[1] ?? 0],
  };
}
