import { describe, expect, test } from "vitest";
import type { RecordPage, Storage } from "../../../src/core/storage.ts";
import { codeOf } from "./factory.ts";
import type { OpenStorage } from "./factory.ts";

const collection = "things";

export function testRecords(open: OpenStorage): void {
  describe("records", () => {
    test("a value comes back as it was put, with a version that grows", async () => {
      const { records } = await open();
      const value = { text: "Grüße 👋", list: [1.5, null, true], nested: { quote: '"' } };
      expect(await records.put({ collection, id: "a/b", value })).toBe(1);
      expect(await records.get(collection, "a/b")).toEqual({ id: "a/b", value, version: 1 });
      expect(await records.put({ collection, id: "a/b", value: "other" })).toBe(2);
      expect(await records.get(collection, "a/b")).toEqual({ id: "a/b", value: "other", version: 2 });
    });

    test("many come in the order asked for, undefined where there is none", async () => {
      const { records } = await open();
      await records.put({ collection, id: "a", value: 1 });
      await records.put({ collection: "others", id: "b", value: 2 });
      const found = await records.getMany(collection, ["b", "a", "a"]);
      expect(found.map((record) => record?.value)).toEqual([undefined, 1, 1]);
      expect(await records.get(collection, "b")).toBeUndefined();
      expect(await records.getMany(collection, [])).toEqual([]);
    });

    test.for([
      { name: "0 on a new record", put: false, ifVersion: 0, outcome: "resolved" },
      { name: "0 on an old one", put: true, ifVersion: 0, outcome: "version_conflict" },
      { name: "its own version", put: true, ifVersion: 1, outcome: "resolved" },
      { name: "another version", put: true, ifVersion: 2, outcome: "version_conflict" },
      { name: "a version of what is not there", put: false, ifVersion: 1, outcome: "version_conflict" },
    ])("writing over version $name: $outcome", async ({ put, ifVersion, outcome }) => {
      const { records } = await open();
      if (put) await records.put({ collection, id: "a", value: "old" });
      expect(await codeOf(records.put({ collection, id: "a", value: "new", ifVersion }))).toBe(outcome);
      const value = (await records.get(collection, "a"))?.value;
      expect(value).toBe(outcome === "resolved" ? "new" : put ? "old" : undefined);
      expect(await codeOf(records.delete({ collection, id: "a", ifVersion: 9 }))).toBe("version_conflict");
      await records.delete({ collection, id: "a" });
      await records.delete({ collection, id: "a" });
      expect(await records.get(collection, "a")).toBeUndefined();
    });

    test("of many who write over the same version at once, one succeeds", async () => {
      const { records } = await open();
      await records.put({ collection, id: "a", value: 0 });
      const outcomes = await Promise.all(
        [1, 2, 3, 4, 5].map((value) => codeOf(records.put({ collection, id: "a", value, ifVersion: 1 }))),
      );
      expect(outcomes.filter((outcome) => outcome === "resolved")).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "version_conflict")).toHaveLength(4);
    });

    test("an index is paged by rank, then by id, both ways", async () => {
      const { records } = await open();
      const ranks = { d: 1, a: 2, c: 2, b: 2.5, e: -1 };
      for (const [id, rank] of Object.entries(ranks)) {
        await records.put({ collection, id, value: id, indexes: { channel: [{ value: "general", rank }] } });
      }
      await records.put({ collection, id: "x", value: "x", indexes: { channel: [{ value: "random" }] } });
      expect(await listAll(records, "channel", "general", "asc", 2)).toEqual(["e", "d", "a", "c", "b"]);
      expect(await listAll(records, "channel", "general", "desc", 2)).toEqual(["b", "c", "a", "d", "e"]);
      expect(await listAll(records, "channel", "general", "asc", 5)).toHaveLength(5);
      expect(await listAll(records, "channel", "nowhere", "asc", 5)).toEqual([]);
    });

    test("index entries are replaced as a whole, and go with the record", async () => {
      const { records } = await open();
      const put = (indexes?: Record<string, { value: string }[]>): Promise<number> =>
        records.put({ collection, id: "a", value: 1, ...(indexes && { indexes }) });
      await put({ person: [{ value: "ann" }, { value: "bob" }], state: [{ value: "open" }] });
      expect(await listAll(records, "person", "bob")).toEqual(["a"]);
      await put({ person: [{ value: "ann" }] });
      expect(await listAll(records, "person", "bob")).toEqual([]);
      expect(await listAll(records, "state", "open")).toEqual([]);
      expect(await listAll(records, "person", "ann")).toEqual(["a"]);
      await put();
      expect(await listAll(records, "person", "ann")).toEqual([]);
      await put({ person: [{ value: "ann" }] });
      await records.delete({ collection, id: "a" });
      expect(await listAll(records, "person", "ann")).toEqual([]);
    });
  });
}

async function listAll(
  records: Storage["records"],
  index: string,
  value: string,
  order: "asc" | "desc" = "asc",
  limit = 10,
): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const options = { limit, order, ...(after !== undefined && { after }) };
    const page: RecordPage<unknown> = await records.list(collection, index, value, options);
    ids.push(...page.items.map((item) => item.id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}
