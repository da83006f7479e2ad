import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { groupThreads } from "../../src/core/threads/analysis.ts";
import { chainsOf, nearPairs } from "../../src/core/threads/duplicates.ts";
import { cluster, clusterWell } from "../../src/core/threads/k-means.ts";
import { labelGroups, termsOf } from "../../src/core/threads/labels.ts";
import { createDice, matrixOf, rowOf, squaredDistance } from "../../src/core/threads/matrix.ts";
import { project } from "../../src/core/threads/projection.ts";

/** Points around centres, `each` of them; in turn, so that neighbours in order are none in space. */
function blobs(centres: readonly (readonly number[])[], each: number, spread = 0.1) {
  const dice = createDice(3);
  return matrixOf(
    Array.from({ length: each * centres.length }, (_, i) =>
      (centres[i % centres.length] ?? []).map((value) => value + (dice() - 0.5) * spread),
    ),
  );
}
const corners = [
  [0, 0, 0],
  [5, 0, 0],
  [0, 5, 0],
  [0, 0, 5],
];

describe("groups", () => {
  it("are found where there are some, and as many as there are", () => {
    const found = clusterWell(blobs(corners, 12), [2, 3, 4, 5, 6]);
    expect(found.k).toBe(4);
    expect(found.silhouette).toBeGreaterThan(0.9);
    for (const [row, label] of found.labels.entries()) expect(label).toBe(found.labels[row % 4]);
  });

  it("have an inertia that is the sum of squared distances to the centres, and falls as there are more", () => {
    const points = blobs(corners, 8, 3);
    const inertias = [1, 2, 4, 8].map((k) => {
      const { labels, centres, inertia } = cluster(points, k);
      const sum = [...labels].reduce(
        (all, label, row) => all + squaredDistance(rowOf(points, row), rowOf(centres, label)),
        0,
      );
      expect(inertia).toBeCloseTo(sum, 6);
      return inertia;
    });
    expect(inertias.toSorted((a, b) => b - a)).toEqual(inertias);
  });

  it("of anything hold every row once, the same every time, with what is nearest to the centre first", () => {
    const vectors = fc.array(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(vectors, fc.integer({ min: 2, max: 6 }), (rows, k) => {
        const found = groupThreads(matrixOf(rows), k);
        expect(found.groups.flat().toSorted((a, b) => a - b)).toEqual(rows.map((_row, i) => i));
        expect(found.points).toHaveLength(rows.length);
        for (const share of found.explained) expect(share >= 0 && share <= 1).toBe(true);
        expect(groupThreads(matrixOf(rows), k)).toEqual(found);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a projection", () => {
  it("finds the axes of a plane that is solved by hand", () => {
    // Twice as far along (1, 1) as across: variances 4 and 1.
    const rows = [-2, -1, 0, 1, 2].flatMap((far) =>
      [-1, 0, 1].map((wide) => [(2 * far - wide) / Math.SQRT2, (2 * far + wide) / Math.SQRT2]),
    );
    const { points, explained } = project(matrixOf(rows), 2);
    const [along, across] = [(4 * 2 * 15) / 14, ((2 / 3) * 15) / 14];
    expect(explained[0]).toBeCloseTo(along / (along + across), 6);
    expect(explained[1]).toBeCloseTo(across / (along + across), 6);
    expect(Math.abs(rowOf(points, 0)[0] ?? 0)).toBeCloseTo(4, 4);
  });

  it("on all axes keeps every distance", () => {
    const points = blobs(corners, 5, 2);
    const { points: projected, explained } = project(points, 3);
    expect(explained.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 6);
    for (let row = 1; row < points.rows; row++)
      expect(squaredDistance(rowOf(projected, 0), rowOf(projected, row))).toBeCloseTo(
        squaredDistance(rowOf(points, 0), rowOf(points, row)),
        4,
      );
  });

  it("of what is all the same shows nothing, and fails nowhere", () => {
    expect(
      project(
        matrixOf([
          [1, 2],
          [1, 2],
          [1, 2],
        ]),
        2,
      ).explained,
    ).toEqual([0, 0]);
  });
});

describe("duplicates", () => {
  it("hang together by pairs, in whatever order these come", () => {
    const pairs = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 12 });
    fc.assert(
      fc.property(pairs, fc.gen(), (given, random) => {
        const all = given
          .filter(([a, b]) => a !== b)
          .map(([a, b]) => ({ first: Math.min(a, b), second: Math.max(a, b), similarity: 1 }));
        const shuffled = all
          .map((pair) => ({ pair, at: random(fc.nat) }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ pair }) => pair);
        expect(chainsOf(shuffled)).toEqual(chainsOf(all));
        for (const { first, second } of all)
          expect(
            chainsOf(all).filter((chain) => chain.includes(first) && chain.includes(second)),
          ).toHaveLength(1);
      }),
    );
  });

  it("are pairs that are near enough, the nearest first", () => {
    const vectors = matrixOf([
      [1, 0],
      [0.8, 0.6],
      [0, 1],
      [0.6, 0.8],
    ]);
    expect(nearPairs(vectors, 0.75, 9).map(({ first, second }) => [first, second])).toEqual([
      [1, 3],
      [0, 1],
      [2, 3],
    ]);
    expect(nearPairs(vectors, 0.75, 1)).toHaveLength(1);
  });
});

describe("a label", () => {
  it("is of terms that set a group apart, and of no words that say nothing", () => {
    const keys = ["how do we rotate the signing keys?", "who rotates signing keys for the release"];
    const lunch = ["where is the team lunch on friday", "team lunch again on friday?"];
    const [first = [], second = []] = labelGroups([keys, lunch], 2);
    expect(first).toEqual(["keys", "signing"]);
    expect(second).toEqual(expect.arrayContaining(["lunch"]));
    expect([...first, ...second]).not.toContain("the");
  });

  it.each([
    ["Wie rotieren wir die Schlüssel?", ["rotieren", "schlüssel"]],
    ["鍵の更新", ["鍵の", "の更", "更新"]],
    ["2026 42", []],
  ])("of %j has the terms %j", (text, terms) => {
    expect(termsOf(text)).toEqual(terms);
  });
});
