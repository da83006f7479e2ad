import { expect, test } from "vitest";
import {
  codeBytesOf,
  toCode,
  toQueryCode,
} from "../../../../../src/adapters/storage/embedded/vectors/bit-codes.ts";
import { createCodeIndex } from "../../../../../src/adapters/storage/embedded/vectors/code-index.ts";
import { candidatesFor, rescore } from "../../../../../src/adapters/storage/embedded/vectors/rescore.ts";
import { cosineOf, makeVectors, toUnit } from "../../../../support/made-vectors.ts";

test.for([2, 100, 128, 300, 512, 1_536, 3_072])(
  "at %i dimensions, candidates are scored by the weights of the bits that differ, whoever may not be seen is none",
  (dimensions) => {
    const made = makeVectors({ seed: dimensions, dimensions, clusters: 5, spread: 1 });
    const vectors = Array.from({ length: 200 }, () => made.next());
    const index = createCodeIndex(dimensions);
    for (const [place, vector] of vectors.entries()) index.put(place + 1, 1 + (place % 3), toCode(vector));
    const query = made.next();
    const { places } = index.candidates(query, [1, 3], 1_000);
    const expected = vectors
      .map((vector, place) => ({ place: place + 1, estimate: estimateByHand(query, vector) }))
      .filter((_, place) => place % 3 !== 1)
      .toSorted((a, b) => b.estimate - a.estimate || a.place - b.place);
    expect(places).toEqual(expected);
    expect(index.candidates(query, [1, 3], 7, new Set([expected[0]?.place ?? 0])).places).toEqual(
      expected.slice(1, 8),
    );
  },
);

test("places that were removed are gone for good, also when the room that they took is used again", () => {
  const index = createCodeIndex(128);
  const [near, far] = [toUnit(new Float32Array(128).fill(1)), toUnit(new Float32Array(128).fill(-1))];
  for (let place = 1; place <= 20_000; place += 1) {
    index.put(place, 70_000 + (place % 2), toCode(place % 1_000 === 0 ? near : far));
  }
  for (let place = 1; place <= 20_000; place += 1) if (place % 4_000 !== 0) index.remove(place);
  index.remove(77_777);
  index.remove(5);
  index.put(8_000, 70_001, toCode(near));
  index.put(30_000, 70_000, toCode(near));
  const seenBy = (audience: number): readonly number[] =>
    index.candidates(near, [audience], 100).places.map(({ place }) => place);
  expect(seenBy(70_000)).toEqual([4_000, 12_000, 16_000, 20_000, 30_000]);
  expect(seenBy(70_001)).toEqual([8_000]);
  expect(() => index.put(29_999, 1, toCode(near))).toThrow("29999");
});

test("estimates err by as much as they say, also for vectors that are 0 in most places", () => {
  const dimensions = 512;
  const sparse = (seed: number): Float32Array =>
    toUnit(
      Float32Array.from({ length: dimensions }, (_, i) => ((i * 31 + seed * 17) % 97 < 6 ? 1 + (i % 3) : 0)),
    );
  const made = makeVectors({ seed: 3, dimensions, clusters: 3, spread: 1 });
  for (const draw of [(seed: number) => sparse(seed), () => made.next()]) {
    const vectors = Array.from({ length: 60 }, (_, seed) => draw(seed));
    const errors = vectors.flatMap((query) => {
      const { toEstimate, errorAround } = toQueryCode(query);
      return vectors
        .map((vector) => ({ similarity: cosineOf(query, vector), score: scoreByHand(query, vector) }))
        .filter(({ similarity }) => similarity < 0.999)
        .map(({ similarity, score }) => (toEstimate(score) - similarity) / errorAround(similarity));
    });
    const square = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
    expect(Math.sqrt(square)).toBeGreaterThan(0.5);
    expect(Math.sqrt(square)).toBeLessThan(1.5);
  }
});

test("of the ten nearest among thousands, hardly one is missed, and few rows are compared", () => {
  const dimensions = 256;
  const made = makeVectors({ seed: 5, dimensions, clusters: 40, spread: 1 });
  const vectors = Array.from({ length: 8_000 }, () => made.next());
  const index = createCodeIndex(dimensions);
  for (const [place, vector] of vectors.entries()) index.put(place + 1, 1 + (place % 10), toCode(vector));
  for (const audiences of [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [4]]) {
    let [found, compared] = [0, 0];
    const queries = Array.from({ length: 20 }, () => made.next());
    for (const query of queries) {
      const best = rescore(index.candidates(query, audiences, candidatesFor(10)), 10, (place) => {
        compared += 1;
        return cosineOf(query, vectors[place - 1] as Float32Array);
      });
      const visible = vectors.filter((_, place) => audiences.includes(1 + (place % 10)));
      const tenth = visible.map((vector) => cosineOf(query, vector)).toSorted((a, b) => b - a)[9] as number;
      found += best.filter(({ similarity }) => similarity >= tenth).length;
    }
    expect(found / queries.length / 10).toBeGreaterThanOrEqual(0.98);
    expect(compared / queries.length).toBeLessThan(800);
  }
});

/** The sum that the kernel makes, bit by bit. */
function scoreByHand(query: Float32Array, vector: Float32Array): number {
  const size = codeBytesOf(query.length);
  const { bytes } = toQueryCode(query);
  const code = toCode(vector);
  const bitOf = (from: Uint8Array, plane: number, bit: number): number =>
    ((from[plane * size + (bit >> 3)] as number) >> (bit & 7)) & 1;
  let score = 0;
  for (let bit = 0; bit < size * 8; bit += 1) {
    if (bitOf(code, 0, bit) === bitOf(bytes, 0, bit)) continue;
    for (let plane = 1; plane < bytes.length / size; plane += 1)
      score += bitOf(bytes, plane, bit) << (plane - 1);
  }
  return score;
}

function estimateByHand(query: Float32Array, vector: Float32Array): number {
  return toQueryCode(query).toEstimate(scoreByHand(query, vector));
}
