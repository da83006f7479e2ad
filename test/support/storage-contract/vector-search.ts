import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { VectorPut } from "../../../src/core/vectors.ts";
import { cosineOf, makeVectors, toUnit } from "../made-vectors.ts";
import type { OpenStorage } from "./factory.ts";

const collection = "threads";
const everyone = ["general", "random", "secret"];

export function testVectorSearch(open: OpenStorage): void {
  describe("vectors, searched", () => {
    test("the nearest come first, with what they stand for and their exact cosine", async () => {
      const { vectors } = await open();
      await vectors.upsert(collection, [at("east", 0), at("north", 90), at("west", 180), at("steep", 60)]);
      const found = await vectors.nearest(collection, {
        vector: at("q", 90).vector,
        k: 3,
        audiences: everyone,
      });
      expect(found.map(({ id }) => id)).toEqual(["north", "steep", "east"]);
      expect(found[0]).toMatchObject({ group: "g", audience: "general", value: { id: "north" } });
      const similarities = found.map(({ similarity }) => similarity);
      for (const [index, expected] of [1, Math.sqrt(3) / 2, 0].entries()) {
        expect(similarities[index]).toBeCloseTo(expected, 6);
      }
      expect(Math.max(...similarities)).toBeLessThanOrEqual(1);
    });

    test.for([
      { name: "no audience", query: { audiences: [] }, found: [] },
      { name: "an audience that nothing has", query: { audiences: ["nowhere"] }, found: [] },
      { name: "one audience", query: { audiences: ["secret"] }, found: ["far"] },
      { name: "one named twice", query: { audiences: ["secret", "secret"] }, found: ["far"] },
      { name: "all audiences", query: { audiences: everyone }, found: ["near", "nearer", "far"] },
      { name: "k of 1", query: { audiences: everyone, k: 1 }, found: ["near"] },
      { name: "k of 0", query: { audiences: everyone, k: 0 }, found: [] },
      {
        name: "all but one group",
        query: { audiences: everyone, exceptGroup: "asked" },
        found: ["nearer", "far"],
      },
      { name: "another collection", query: { audiences: everyone }, in: "elsewhere", found: [] },
    ])("with $name, $found are found", async ({ query, found, in: where = collection }) => {
      const { vectors } = await open();
      await vectors.upsert(collection, [
        { ...at("near", 1), group: "asked" },
        { ...at("nearer", 2), audience: "random" },
        { ...at("far", 170), audience: "secret" },
      ]);
      const neighbours = await vectors.nearest(where, { vector: at("q", 0).vector, k: 10, ...query });
      expect(neighbours.map(({ id }) => id)).toEqual(found);
    });

    test("whatever was upserted, moved or removed before a search is seen by it", async () => {
      const { vectors } = await open();
      const search = async (audience: string): Promise<string[]> => {
        const query = { vector: at("q", 0).vector, k: 10, audiences: [audience] };
        return (await vectors.nearest(collection, query)).map(({ id }) => id);
      };
      expect(await search("general")).toEqual([]);
      await vectors.upsert(collection, [at("a", 10), at("b", 20), { ...at("c", 30), people: ["ann"] }]);
      expect(await search("general")).toEqual(["a", "b", "c"]);
      await vectors.upsert(collection, [at("a", 25)]);
      expect(await search("general")).toEqual(["b", "a", "c"]);
      await vectors.upsert(collection, [{ ...at("b", 20), audience: "secret" }]);
      expect([await search("general"), await search("secret")]).toEqual([["a", "c"], ["b"]]);
      await vectors.removeWhere(collection, { person: "ann" });
      expect(await search("general")).toEqual(["a"]);
      await vectors.removeWhere(collection, { audience: "secret" });
      expect(await search("secret")).toEqual([]);
      await vectors.upsert(collection, [{ ...at("d", 5), audience: "secret" }]);
      expect(await search("secret")).toEqual(["d"]);
      await vectors.remove(collection, ["a"]);
      expect(await search("general")).toEqual([]);
      await vectors.drop(collection);
      expect(await search("secret")).toEqual([]);
      await vectors.upsert(collection, [at("e", 1)]);
      expect(await search("general")).toEqual(["e"]);
    });

    test("k come where that many may be seen, however many nearer ones may not or are left out", async () => {
      const { vectors } = await open();
      const made = makeVectors({ seed: 1, dimensions: 16, clusters: 1, spread: 0.2 });
      const query = made.next();
      const opposite = query.map((value) => -value);
      const near = Array.from({ length: 2_000 }, (_, index) => ({
        ...at(`near-${index}`, 0),
        vector: made.next(),
        audience: index % 2 ? "secret" : "general",
        group: "asked",
      }));
      const far = ["f1", "f2", "f3"].map((id) => ({ ...at(id, 0), vector: opposite }));
      await vectors.upsert(collection, [...near, ...far]);
      const search = { vector: query, k: 3, audiences: ["general"], exceptGroup: "asked" };
      const found = await vectors.nearest(collection, search);
      expect(found.map(({ id }) => id).toSorted()).toEqual(["f1", "f2", "f3"]);
    });

    test("whatever stands in it, the answer is that of comparing every visible one", async () => {
      const { vectors } = await open();
      const dimensions = 20;
      const audiences = ["a", "b", "c", "d"];
      const part = fc.record({
        id: fc.nat(30).map(String),
        vector: fc
          .array(fc.integer({ min: -3, max: 3 }), { minLength: dimensions, maxLength: dimensions })
          .filter((numbers) => numbers.some((number) => number !== 0))
          .map((numbers) => toUnit(Float32Array.from(numbers))),
        audience: fc.constantFrom(...audiences),
        group: fc.constantFrom("g1", "g2", "g3"),
        isRemoved: fc.boolean(),
      });
      const run = fc.record({
        rounds: fc.array(fc.array(part, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 }),
        query: part.map(({ vector }) => vector),
        visible: fc.subarray(audiences),
        k: fc.integer({ min: 1, max: 12 }),
        exceptGroup: fc.option(fc.constantFrom("g1", "g2"), { nil: undefined }),
      });
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(run, async ({ rounds, query, visible, k, exceptGroup }) => {
          const own = `run-${(runs += 1)}`;
          const standing = new Map<string, (typeof rounds)[number][number]>();
          for (const round of rounds) {
            const kept = round.filter(({ isRemoved }) => !isRemoved);
            const removed = round.filter(({ isRemoved }) => isRemoved).map(({ id }) => id);
            await vectors.upsert(
              own,
              kept.map(({ id, vector, audience, group }) => ({ id, vector, audience, group, value: id })),
            );
            await vectors.remove(own, removed);
            for (const item of kept) standing.set(item.id, item);
            for (const id of removed) standing.delete(id);
            const options = exceptGroup === undefined ? {} : { exceptGroup };
            const found = await vectors.nearest(own, { vector: query, k, audiences: visible, ...options });
            const allowed = [...standing.values()].filter(
              ({ audience, group }) => visible.includes(audience) && group !== exceptGroup,
            );
            const exact = allowed.map(({ vector }) => cosineOf(query, vector)).toSorted((a, b) => b - a);
            expect(found.map(({ similarity }) => similarity)).toEqual(
              exact.slice(0, k).map((similarity): unknown => expect.closeTo(similarity, 5)),
            );
            for (const { id, audience, similarity } of found) {
              expect(allowed.some((item) => item.id === id && item.audience === audience)).toBe(true);
              expect(similarity).toBeCloseTo(cosineOf(query, standing.get(id)?.vector as Float32Array), 5);
            }
          }
        }),
        { numRuns: 40 },
      );
    });
  });
}

/** On a circle, so many degrees from the east. */
function at(id: string, degrees: number): VectorPut {
  const angle = (degrees * Math.PI) / 180;
  const vector = Float32Array.of(Math.cos(angle), Math.sin(angle));
  return { id, vector, audience: "general", group: "g", value: { id } };
}
