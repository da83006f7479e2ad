import { createDice, matrixOf, rowOf, squaredDistance } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";

export interface Clustering {
  readonly k: number;
  /** By row: which cluster. */
  readonly labels: Uint16Array;
  readonly centres: Matrix;
  /** The sum of squared distances to the centres. */
  readonly inertia: number;
  /** How well set apart they are, from −1 to 1. */
  readonly silhouette: number;
}

const rounds = 100;
const starts = 4;
const seed = 7;
/** Silhouettes compare all with all; of more points, so many are looked at. */
const maxCompared = 1_000;

/** Groups rows around k centres: the best of several beginnings (k-means++), the same every time. */
export function cluster(points: Matrix, k: number): Clustering {
  const dice = createDice(seed);
  const most = Math.max(1, Math.min(k, points.rows));
  let best: Omit<Clustering, "silhouette" | "k"> | undefined;
  for (let start = 0; start < starts; start++) {
    const found = settle(points, begin(points, most, dice));
    if (best === undefined || found.inertia < best.inertia) best = found;
  }
  const { labels, centres, inertia } = best ?? settle(points, begin(points, most, dice));
  return { k: most, labels, centres, inertia, silhouette: silhouetteOf(points, labels, most) };
}

/** Groups rows with the k, among those tried, whose clusters are set apart best; of those alike, the fewest. */
export function clusterWell(points: Matrix, ks: readonly number[]): Clustering {
  const fitting = ks.filter((k) => k < points.rows);
  let best = cluster(points, fitting[0] ?? 1);
  for (const k of fitting.slice(1)) {
    const found = cluster(points, k);
    if (found.silhouette > best.silhouette + 1e-6) best = found;
  }
  return best;
}

function begin(points: Matrix, k: number, dice: () => number): Float64Array[] {
  const first = rowOf(points, Math.floor(dice() * points.rows));
  const centres = [Float64Array.from(first)];
  const nearest = Float64Array.from({ length: points.rows }, (_, row) =>
    squaredDistance(rowOf(points, row), first),
  );
  while (centres.length < k) {
    const sum = nearest.reduce((all, each) => all + each, 0);
    let left = dice() * sum;
    let chosen = 0;
    for (; chosen < points.rows - 1; chosen++) {
      left -= nearest[chosen] ?? 0;
      if (left <= 0) break;
    }
    const centre = Float64Array.from(rowOf(points, chosen));
    centres.push(centre);
    for (let row = 0; row < points.rows; row++)
      nearest[row] = Math.min(nearest[row] ?? 0, squaredDistance(rowOf(points, row), centre));
  }
  return centres;
}

function settle(points: Matrix, begun: readonly Float64Array[]): Omit<Clustering, "silhouette" | "k"> {
  let centres = begun.map((centre) => Float64Array.from(centre));
  let labels = new Uint16Array(points.rows);
  let inertia = Infinity;
  for (let round = 0; round < rounds; round++) {
    const next = new Uint16Array(points.rows);
    let sum = 0;
    for (let row = 0; row < points.rows; row++) {
      let [nearest, distance] = [0, Infinity];
      for (const [i, centre] of centres.entries()) {
        const found = squaredDistance(rowOf(points, row), centre);
        if (found < distance) [nearest, distance] = [i, found];
      }
      next[row] = nearest;
      sum += distance;
    }
    labels = next;
    if (inertia - sum <= 1e-12 * Math.max(1, inertia)) {
      inertia = sum;
      break;
    }
    inertia = sum;
    centres = meansOf(points, labels, centres);
  }
  return { labels, centres: matrixOf(centres), inertia };
}

/** A centre without points stays where it is. */
function meansOf(
  points: Matrix,
  labels: Uint16Array,
  before: readonly Float64Array[],
): Float64Array<ArrayBuffer>[] {
  const sums = before.map(() => new Float64Array(points.columns));
  const counts = before.map(() => 0);
  for (let row = 0; row < points.rows; row++) {
    const label = labels[row] ?? 0;
    counts[label] = (counts[label] ?? 0) + 1;
    const sum = sums[label];
    const point = rowOf(points, row);
    if (sum) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (point[i] ?? 0);
  }
  return sums.map((sum, i) => {
    const count = counts[i] ?? 0;
    return count === 0 ? Float64Array.from(before[i] ?? sum) : sum.map((value) => value / count);
  });
}

/** Of every point how much nearer its own cluster is than the next one, on average; 0 for one cluster. */
export function silhouetteOf(points: Matrix, labels: Uint16Array, k: number): number {
  if (k < 2 || points.rows < 3) return 0;
  const step = Math.max(1, Math.ceil(points.rows / maxCompared));
  let [sum, count] = [0, 0];
  for (let row = 0; row < points.rows; row += step) {
    const distances = new Float64Array(k);
    const sizes = new Float64Array(k);
    for (let other = 0; other < points.rows; other += step) {
      if (other === row) continue;
      const label = labels[other] ?? 0;
      distances[label] =
        (distances[label] ?? 0) + Math.sqrt(squaredDistance(rowOf(points, row), rowOf(points, other)));
      sizes[label] = (sizes[label] ?? 0) + 1;
    }
    const own = labels[row] ?? 0;
    count++;
    if ((sizes[own] ?? 0) === 0) continue;
    const within = (distances[own] ?? 0) / (sizes[own] ?? 1);
    let beside = Infinity;
    for (let i = 0; i < k; i++)
      if (i !== own && (sizes[i] ?? 0) > 0) beside = Math.min(beside, (distances[i] ?? 0) / (sizes[i] ?? 1));
    if (Number.isFinite(beside)) sum += (beside - within) / Math.max(beside, within, 1e-12);
  }
  return count === 0 ? 0 : sum / count;
}
