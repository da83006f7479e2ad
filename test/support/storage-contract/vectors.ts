import { describe, expect, test } from "vitest";
import type { VectorPage, VectorPut, Vectors } from "../../../src/core/vectors.ts";
import { toUnit } from "../made-vectors.ts";
import { codeOf } from "./factory.ts";
import type { OpenStorage } from "./factory.ts";

const collection = "threads";

export function testVectors(open: OpenStorage): void {
  describe("vectors, kept", () => {
    test("one comes back as it was put, in the order asked for, undefined where there is none", async () => {
      const { vectors } = await open();
      const value = { title: "Grüße 👋", list: [1.5, null], quote: '"' };
      const full = { ...item("a/1"), people: ["ann", "bob"], value };
      await vectors.upsert(collection, [full, item("b")]);
      expect(await vectors.getMany(collection, ["b", "x", "a/1"])).toEqual([
        { ...item("b"), people: [] },
        undefined,
        full,
      ]);
      expect(await vectors.getMany("elsewhere", ["b"])).toEqual([undefined]);
    });

    test("an upsert replaces all that stood under an id", async () => {
      const { vectors } = await open();
      await vectors.upsert(collection, [{ ...item("a"), people: ["ann"] }]);
      const other = { ...item("a", [0, 1]), audience: "other", group: "g2", people: ["bob"], value: 2 };
      await vectors.upsert(collection, [other]);
      expect(await vectors.getMany(collection, ["a"])).toEqual([other]);
      expect(await vectors.size(collection)).toBe(1);
      for (const where of [{ person: "ann" }, { audience: "general" }, { group: "g" }]) {
        expect(await vectors.removeWhere(collection, where)).toBe(0);
      }
    });

    test("one id twice in one upsert is what came last", async () => {
      const { vectors } = await open();
      await vectors.upsert(collection, [item("a"), { ...item("a"), value: "last" }]);
      expect(await vectors.getMany(collection, ["a"])).toMatchObject([{ value: "last" }]);
      expect(await vectors.size(collection)).toBe(1);
    });

    test.for([
      { where: { audience: "random" }, left: ["a", "c"] },
      { where: { group: "g2" }, left: ["a", "b"] },
      { where: { person: "ann" }, left: ["c"] },
      { where: { person: "nobody" }, left: ["a", "b", "c"] },
    ])("removing where $where leaves $left, in this collection only", async ({ where, left }) => {
      const { vectors } = await open();
      const items = [
        { ...item("a"), people: ["ann"] },
        { ...item("b"), audience: "random", people: ["bob", "ann"] },
        { ...item("c"), group: "g2", people: ["bob"] },
      ];
      for (const name of [collection, "elsewhere"]) await vectors.upsert(name, items);
      expect(await vectors.removeWhere(collection, where)).toBe(3 - left.length);
      expect(await scanAll(vectors, {})).toEqual(left);
      expect(await vectors.size(collection)).toBe(left.length);
      expect(await vectors.size("elsewhere")).toBe(3);
    });

    test("hundreds go at once, and what is not there is no trouble", async () => {
      const { vectors } = await open();
      const items = Array.from({ length: 600 }, (_, index) => ({ ...item(`i${index}`), people: ["ann"] }));
      await vectors.upsert(collection, items);
      await vectors.remove(collection, ["i1", "i2", "nothing"]);
      await vectors.remove("nowhere", ["i1"]);
      expect(await vectors.removeWhere(collection, { person: "ann" })).toBe(598);
      expect(await vectors.removeWhere("nowhere", { person: "ann" })).toBe(0);
      expect(await scanAll(vectors, {})).toEqual([]);
    });

    test("a scan goes through all in the order of ids, and through those of some audiences", async () => {
      const { vectors } = await open();
      const audiences = { d: "general", a: "random", c: "general", b: "secret", e: "random" };
      const items = Object.entries(audiences).map(([id, audience]) => ({ ...item(id), audience }));
      await vectors.upsert(collection, items);
      expect(await scanAll(vectors, {})).toEqual(["a", "b", "c", "d", "e"]);
      expect(await scanAll(vectors, { audiences: ["general", "random"] })).toEqual(["a", "c", "d", "e"]);
      expect(await scanAll(vectors, { audiences: ["nowhere"] })).toEqual([]);
      expect(await scanAll(vectors, { audiences: [] })).toEqual([]);
      const [first] = (await vectors.scan(collection, { limit: 1 })).items;
      expect(first).toEqual({ ...item("a"), audience: "random", people: [] });
    });

    test("a collection is there from its first vector until it is dropped, and can be made anew", async () => {
      const { vectors } = await open();
      expect(await vectors.collections()).toEqual([]);
      await vectors.upsert("old", [item("a")]);
      await vectors.upsert("new", [item("b", [1, 0, 0])]);
      expect(await vectors.collections()).toEqual(["new", "old"]);
      await vectors.drop("old");
      await vectors.drop("nothing");
      expect(await vectors.collections()).toEqual(["new"]);
      expect([await vectors.size("old"), await vectors.size("new")]).toEqual([0, 1]);
      expect(await vectors.getMany("old", ["a"])).toEqual([undefined]);
      await vectors.upsert("old", [item("a", [0, 0, 0, 1])]);
      expect(await vectors.getMany("old", ["a"])).toMatchObject([{ vector: Float32Array.of(0, 0, 0, 1) }]);
    });

    test.for([
      { name: "longer than 1", vector: [3, 4] },
      { name: "of nothing but 0", vector: [0, 0] },
      { name: "with something in it that is no number", vector: [NaN, 1] },
      { name: "of other dimensions", vector: [1, 0, 0] },
    ])("a vector $name is refused, and so is a search with it", async ({ vector }) => {
      const { vectors } = await open();
      await vectors.upsert(collection, [item("a")]);
      const wrong = Float32Array.from(vector);
      expect(await codeOf(vectors.upsert(collection, [{ ...item("b"), vector: wrong }]))).toBe("internal");
      const query = { vector: wrong, k: 1, audiences: ["general"] };
      expect(await codeOf(vectors.nearest(collection, query))).toBe("internal");
      expect(await scanAll(vectors, {})).toEqual(["a"]);
    });
  });
}

function item(id: string, vector: readonly number[] = [0.6, -0.8]): VectorPut {
  const unit = toUnit(Float32Array.from(vector));
  return { id, vector: unit, audience: "general", group: "g", value: { id } };
}

async function scanAll(
  vectors: Vectors,
  options: { readonly audiences?: readonly string[] },
): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page: VectorPage<unknown> = await vectors.scan(collection, {
      limit: 2,
      ...options,
      ...(after !== undefined && { after }),
    });
    ids.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}
