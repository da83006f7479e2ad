import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Log, LogPage, LogPut } from "../../../src/core/storage.ts";
import type { OpenStorage } from "./factory.ts";

const key = "turns/general";

export function testLog(open: OpenStorage): void {
  describe("log", () => {
    test("entries stand by order, then by id, whatever order they came in", async () => {
      const { log } = await open();
      for (const [id, order] of [
        ["c", 2],
        ["a", 2],
        ["d", 1.25],
        ["b", 3],
      ] as const) {
        await log.put(key, entry({ id, order }));
      }
      expect(await ids(log, "oldestFirst")).toEqual(["d", "a", "c", "b"]);
      expect(await ids(log, "newestFirst")).toEqual(["b", "c", "a", "d"]);
      const after = { order: 2, id: "a" };
      const later = await log.range(key, { direction: "oldestFirst", limit: 1, after });
      const earlier = await log.range(key, { direction: "newestFirst", limit: 5, after });
      expect([later.map((item) => item.id), earlier.map((item) => item.id)]).toEqual([["c"], ["d"]]);
      expect(await log.range("turns/other", { direction: "oldestFirst", limit: 5 })).toEqual([]);
    });

    test.for([
      { revision: 3, shown: "new" },
      { revision: 2, shown: "old" },
      { revision: 1, shown: "old" },
    ])("over revision 2, revision $revision shows the $shown value", async ({ revision, shown }) => {
      const { log } = await open();
      await log.put(key, entry({ revision: 2, order: 5, value: "old" }));
      await log.put(key, entry({ revision, order: 9, value: "new" }));
      expect(await log.get(key, "a")).toEqual({
        id: "a",
        order: 5,
        revision: shown === "new" ? 3 : 2,
        value: shown,
      });
    });

    test("what was removed stays away, also when the removal came first", async () => {
      const { log } = await open();
      await log.put(key, entry({ id: "a" }));
      await log.remove(key, "a");
      await log.remove(key, "b");
      await log.put(key, entry({ id: "a", revision: 7 }));
      await log.put(key, entry({ id: "b", revision: 7, people: ["ann"] }));
      await log.put("turns/other", entry({ id: "b" }));
      expect(await ids(log, "oldestFirst")).toEqual([]);
      expect(await log.get(key, "b")).toBeUndefined();
      expect((await log.byPerson("ann", { limit: 5 })).items).toEqual([]);
      expect(await log.get("turns/other", "b")).toBeDefined();
    });

    test("a person's entries are found over all keys, page by page, until they are gone", async () => {
      const { log } = await open();
      const both = ["ann", "bob"];
      await log.put(key, entry({ id: "a", people: both, value: { text: "hi" } }));
      await log.put(key, entry({ id: "b", people: ["bob"] }));
      await log.put("turns/other", entry({ id: "a", people: ["ann", "ann"] }));
      await log.put(key, entry({ id: "c", people: ["ann"] }));
      expect(await ofPerson(log, "ann")).toEqual([`${key} a`, "turns/other a", `${key} c`]);
      const [first] = (await log.byPerson("bob", { limit: 1 })).items;
      expect(first).toEqual({ key, id: "a", order: 1, revision: 1, value: { text: "hi" } });
      await log.put(key, entry({ id: "a", revision: 2, people: ["bob"] }));
      await log.remove(key, "c");
      expect(await ofPerson(log, "ann")).toEqual(["turns/other a"]);
    });

    test("what is older than a bound goes, tombstones too", async () => {
      const { log } = await open();
      for (const order of [1, 2, 3]) await log.put(key, entry({ id: `m${order}`, order, people: ["ann"] }));
      await log.put("turns/other", entry({ id: "m1", order: 1 }));
      await log.remove(key, "m1");
      await log.removeBefore(key, 3);
      expect(await ids(log, "oldestFirst")).toEqual(["m3"]);
      expect(await ofPerson(log, "ann")).toEqual([`${key} m3`]);
      expect(await log.get("turns/other", "m1")).toBeDefined();
      await log.put(key, entry({ id: "m1", order: 4 }));
      expect(await ids(log, "oldestFirst")).toEqual(["m3", "m1"]);
    });

    test("logs that saw the same in different orders are equal", async () => {
      const { log } = await open();
      const change = fc.record({
        id: fc.integer({ min: 0, max: 4 }),
        revision: fc.integer({ min: 1, max: 4 }),
        removes: fc.boolean(),
      });
      const orders = fc
        .array(change, { maxLength: 12 })
        .chain((changes) =>
          fc.tuple(fc.constant(changes), fc.shuffledSubarray(changes, { minLength: changes.length })),
        );
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(orders, async (histories) => {
          runs += 1;
          const seen = await Promise.all(
            histories.map(async (history, side) => {
              const ownKey = `run/${runs}/${side}`;
              for (const { id, revision, removes } of history) {
                if (removes && revision === 4) await log.remove(ownKey, `m${id}`);
                else
                  await log.put(
                    ownKey,
                    entry({ id: `m${id}`, order: id % 3, revision, value: [id, revision] }),
                  );
              }
              return log.range(ownKey, { direction: "oldestFirst", limit: 100 });
            }),
          );
          expect(seen[0]).toEqual(seen[1]);
        }),
        { numRuns: 60 },
      );
    });
  });

  async function ids(log: Log, direction: "oldestFirst" | "newestFirst"): Promise<string[]> {
    return (await log.range(key, { direction, limit: 10 })).map((item) => item.id);
  }
}

function entry(over: Partial<LogPut>): LogPut {
  return { id: "a", order: 1, revision: 1, value: "text", ...over };
}

async function ofPerson(log: Log, person: string): Promise<string[]> {
  const found: string[] = [];
  let after: string | undefined;
  do {
    const page: LogPage<unknown> = await log.byPerson(person, {
      limit: 2,
      ...(after !== undefined && { after }),
    });
    found.push(...page.items.map((item) => `${item.key} ${item.id}`));
    after = page.next;
  } while (after !== undefined);
  return found;
}
