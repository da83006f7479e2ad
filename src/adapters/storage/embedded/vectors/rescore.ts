import type { Candidates } from "./code-index.ts";

export interface Scored {
  readonly place: number;
  readonly similarity: number;
}

/** So many are always compared exactly: small sets get an exact answer, and the estimates of larger ones a fair chance. */
const leastRescored = 256;
/** Standard errors by which an estimate must lie below the worst result so far before the rest is believed to be worse. */
const errorsBelow = 3;

/** How many candidates it takes at most to answer with `k`; where nothing is close, thousands are about as far. */
export function candidatesFor(k: number): number {
  return Math.max(1_500, 8 * k);
}

/**
 * The `k` nearest of the candidates by exact similarity, nearest first; ties in the order of places. Goes on until what is
 * left can hardly be nearer.
 */
export function rescore(
  { places, errorAround }: Candidates,
  k: number,
  similarityOf: (place: number) => number,
): readonly Scored[] {
  const best: Scored[] = [];
  for (const [position, { place, estimate }] of places.entries()) {
    const worst = best.length < k ? undefined : best.at(-1)?.similarity;
    if (worst !== undefined && position >= leastRescored) {
      if (estimate + errorsBelow * errorAround(worst) < worst) break;
    }
    const similarity = similarityOf(place);
    if (worst !== undefined && similarity < worst) continue;
    insert(best, { place, similarity });
    if (best.length > k) best.pop();
  }
  return best;
}

function insert(best: Scored[], scored: Scored): void {
  const isAfter = (other: Scored): boolean =>
    other.similarity < scored.similarity ||
    (other.similarity === scored.similarity && other.place > scored.place);
  const position = best.findIndex(isAfter);
  best.splice(position === -1 ? best.length : position, 0, scored);
}
