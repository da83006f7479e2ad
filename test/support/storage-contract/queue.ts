import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Claim, ClaimOptions, Queue } from "../../../src/core/storage.ts";
import { codeOf, createClock } from "./factory.ts";
import type { OpenStorage } from "./factory.ts";

const all: ClaimOptions = { owner: "me", lane: "main", leaseMs: 60_000, limit: 100, maxEntries: 100 };

export function testQueue(open: OpenStorage): void {
  describe("queue", () => {
    test("what is seen under any of its ids is enqueued once, and all of its ids are remembered", async () => {
      const { queue } = await open();
      const enqueue = (...ids: [string, ...string[]]): Promise<boolean> =>
        queue.enqueue({ key: "k", ids, payload: ids[0] });
      expect(await enqueue("event-1", "message-1")).toBe(true);
      expect(await enqueue("event-2", "message-1")).toBe(false);
      expect(await enqueue("event-2")).toBe(false);
      expect(await enqueue("message-3", "message-3")).toBe(true);
      expect(await Promise.all(["event-2", "message-1", "nothing"].map(queue.seen))).toEqual([
        true,
        true,
        false,
      ]);
      const claims = await queue.claim(all);
      expect(idsOf(claims)).toEqual([["event-1", "message-3"]]);
      for (const { token } of claims) await queue.finish(token);
      expect(await enqueue("event-1")).toBe(false);
      expect(await queue.claim(all)).toEqual([]);
    });

    test("of many deliveries at once, one counts", async () => {
      const { queue } = await open();
      const enqueued = await Promise.all(
        [1, 2, 3, 4, 5].map((time) =>
          queue.enqueue({ key: "k", ids: ["e", `delivery-${time}`], payload: time }),
        ),
      );
      expect(enqueued.filter(Boolean)).toHaveLength(1);
      expect(await queue.stats()).toMatchObject({ waiting: 1 });
    });

    test("a claim holds its key alone, and says what it took", async () => {
      const clock = createClock();
      const { queue } = await open({ now: clock.now });
      const payload = { text: "hello" };
      await queue.enqueue({ key: "a", ids: ["a1"], payload });
      const [claim, ...others] = await queue.claim(all);
      expect(others).toEqual([]);
      expect(claim).toMatchObject({
        key: "a",
        entries: [{ id: "a1", payload, attempt: 1, enqueuedAt: clock.now() }],
      });
      expect(claim?.state).toBeUndefined();
      await queue.enqueue({ key: "a", ids: ["a2"], payload });
      await queue.enqueue({ key: "b", ids: ["b1"], payload });
      expect(idsOf(await queue.claim(all))).toEqual([["b1"]]);
      await queue.finish(tokenOf(claim));
      expect(idsOf(await queue.claim(all))).toEqual([["a2"]]);
    });

    test("`limit` counts keys, `maxEntries` the entries of each, and keys take turns", async () => {
      const { queue } = await open();
      for (const id of ["a1", "a2", "a3", "b1", "c1"]) {
        await queue.enqueue({ key: id.slice(0, 1), ids: [id], payload: 1 });
      }
      const first = await queue.claim({ ...all, limit: 2, maxEntries: 2 });
      expect(idsOf(first)).toEqual([["a1", "a2"], ["b1"]]);
      for (const { token } of first) await queue.finish(token);
      expect(idsOf(await queue.claim({ ...all, limit: 1 }))).toEqual([["c1"]]);
      expect(idsOf(await queue.claim({ ...all, limit: 1 }))).toEqual([["a3"]]);
    });

    test("the lanes of a key do not wait for each other", async () => {
      const { queue } = await open();
      await queue.enqueue({ key: "k", ids: ["m1"], payload: 1 });
      await queue.enqueue({ key: "k", ids: ["c1"], payload: 1, lane: "control" });
      expect(idsOf(await queue.claim(all))).toEqual([["m1"]]);
      expect(idsOf(await queue.claim({ ...all, lane: "control" }))).toEqual([["c1"]]);
    });

    test("what a checkpoint bound together comes back together, with its state, and alone", async () => {
      const { queue } = await open();
      for (const id of ["e1", "e2"]) await queue.enqueue({ key: "k", ids: [id], payload: id });
      const first = await only(queue);
      await queue.enqueue({ key: "k", ids: ["e3"], payload: "e3" });
      await queue.checkpoint(first.token, { step: 1 });
      await queue.checkpoint(first.token, { step: 2 });
      await queue.retry(first.token, 0);
      const second = await only(queue, { maxEntries: 1 });
      expect(second.entries.map(({ id, attempt }) => [id, attempt])).toEqual([
        ["e1", 2],
        ["e2", 2],
      ]);
      expect(second.state).toEqual({ step: 2 });
      await queue.checkpoint(second.token, { step: 3 });
      await queue.retry(second.token, 0);
      const third = await only(queue);
      expect([third.entries.length, third.state]).toEqual([2, { step: 3 }]);
      await queue.finish(third.token);
      const last = await only(queue);
      expect([last.entries.map(({ id }) => id), last.state]).toEqual([["e3"], undefined]);
    });

    test("what was tried before without a checkpoint comes alone", async () => {
      const { queue } = await open();
      for (const id of ["e1", "e2"]) await queue.enqueue({ key: "k", ids: [id], payload: id });
      await queue.retry((await only(queue)).token, 0);
      await queue.enqueue({ key: "k", ids: ["e3"], payload: "e3" });
      for (const expected of ["e1", "e2", "e3"]) {
        const claim = await only(queue);
        expect(claim.entries.map(({ id }) => id)).toEqual([expected]);
        await queue.finish(claim.token);
      }
    });

    test("an entry that was given back for later is overtaken by none of its key", async () => {
      const clock = createClock();
      const { queue } = await open({ now: clock.now });
      await queue.enqueue({ key: "k", ids: ["e1"], payload: 1 });
      await queue.retry((await only(queue)).token, clock.now() + 1_000);
      await queue.enqueue({ key: "k", ids: ["e2"], payload: 1 });
      await queue.enqueue({ key: "other", ids: ["o1"], payload: 1 });
      expect(idsOf(await queue.claim(all))).toEqual([["o1"]]);
      clock.advance(1_000);
      expect(idsOf(await queue.claim(all))).toEqual([["e1"]]);
    });

    test("an entry that is planned for later keeps nothing waiting", async () => {
      const clock = createClock();
      const { queue } = await open({ now: clock.now });
      await queue.enqueue({ key: "k", ids: ["planned"], payload: 1, runAt: clock.now() + 1_000 });
      await queue.enqueue({ key: "k", ids: ["e1"], payload: 1 });
      await queue.enqueue({ key: "k", ids: ["e2"], payload: 1 });
      const first = await only(queue, { maxEntries: 1 });
      expect(first.entries.map(({ id }) => id)).toEqual(["e1"]);
      await queue.finish(first.token);
      clock.advance(1_000);
      expect(idsOf(await queue.claim(all))).toEqual([["planned", "e2"]]);
    });

    test("a clock that is set back neither stops nor reorders what is due at once", async () => {
      const clock = createClock();
      const { queue } = await open({ now: clock.now });
      await queue.enqueue({ key: "k", ids: ["e1"], payload: 1 });
      clock.advance(-3_600_000);
      await queue.enqueue({ key: "k", ids: ["e2"], payload: 1 });
      expect(idsOf(await queue.claim(all))).toEqual([["e1", "e2"]]);
    });

    test("a lease that lapsed gives the key to another; the first finds itself superseded", async () => {
      const { queue } = await open();
      await queue.enqueue({ key: "k", ids: ["e1"], payload: 1 });
      const first = await only(queue, { leaseMs: 20 });
      const [second] = await vi.waitUntil(() => claimSome(queue), { timeout: 10_000 });
      expect(second?.entries[0]).toMatchObject({ id: "e1", attempt: 2 });
      const attempts = [
        queue.checkpoint(first.token, 1),
        queue.finish(first.token),
        queue.retry(first.token, 0),
        queue.finish(first.token, { setAside: "no" }),
      ];
      expect(await Promise.all(attempts.map(codeOf))).toEqual(attempts.map(() => "superseded"));
      expect(await queue.extend(first.token, 60_000)).toBe(false);
      expect(await queue.extend(tokenOf(second), 60_000)).toBe(true);
      await queue.finish(tokenOf(second));
      expect(await codeOf(queue.finish(tokenOf(second)))).toBe("superseded");
    });

    test("a lease that is prolonged does not lapse", async () => {
      const { queue } = await open();
      await queue.enqueue({ key: "k", ids: ["e1"], payload: 1 });
      await queue.enqueue({ key: "l", ids: ["e2"], payload: 1 });
      const claims = await queue.claim({ ...all, leaseMs: 30 });
      expect(await queue.extend(tokenOf(claims[0]), 60_000)).toBe(true);
      expect(idsOf(await vi.waitUntil(() => claimSome(queue), { timeout: 10_000 }))).toEqual([["e2"]]);
      await queue.finish(tokenOf(claims[0]));
    });

    test("an entry that was set aside keeps its payload, holds nothing up and stays known", async () => {
      const { queue } = await open();
      await queue.enqueue({ key: "k", ids: ["e1"], payload: "kept", people: ["ann"] });
      await queue.finish((await only(queue)).token, { setAside: "failed five times" });
      await queue.enqueue({ key: "k", ids: ["e2"], payload: 1 });
      expect(idsOf(await queue.claim(all))).toEqual([["e2"]]);
      expect(await queue.stats()).toMatchObject({ waiting: 0, claimed: 1, setAside: 1 });
      expect(await queue.enqueue({ key: "k", ids: ["e1"], payload: 1 })).toBe(false);
      expect((await queue.byPerson("ann", { limit: 5 })).items).toEqual([
        { id: "e1", key: "k", payload: "kept" },
      ]);
    });

    test("a person's entries are found page by page until they are finished", async () => {
      const { queue } = await open();
      for (const id of ["e1", "e2", "e3"]) {
        await queue.enqueue({ key: "k", ids: [id], payload: { id }, people: ["ann", "bob"] });
      }
      const page = await queue.byPerson("ann", { limit: 2 });
      const rest = await queue.byPerson("ann", { limit: 2, after: page.next ?? "" });
      expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual(["e1", "e2", "e3"]);
      expect(rest.next).toBeUndefined();
      await queue.finish((await only(queue)).token);
      expect((await queue.byPerson("bob", { limit: 2 })).items).toEqual([]);
    });

    test("stats count what waits, what is claimed and how old the oldest is", async () => {
      const clock = createClock();
      const { queue } = await open({ now: clock.now });
      expect(await queue.stats()).toEqual({ waiting: 0, claimed: 0, setAside: 0, oldestAgeMs: 0 });
      await queue.enqueue({ key: "a", ids: ["a1"], payload: 1 });
      await queue.claim(all);
      await queue.enqueue({ key: "b", ids: ["planned"], payload: 1, runAt: clock.now() + 60_000 });
      clock.advance(2_000);
      await queue.enqueue({ key: "c", ids: ["c1"], payload: 1 });
      clock.advance(500);
      expect(await queue.stats()).toEqual({ waiting: 2, claimed: 1, setAside: 0, oldestAgeMs: 500 });
    });

    test("listeners are called when an entry comes, when more is left, when a plan is due and when a lease lapses", async () => {
      const { queue } = await open();
      let calls = 0;
      const heard = async (act: () => Promise<unknown>): Promise<void> => {
        const before = calls;
        await act();
        await vi.waitFor(() => expect(calls).toBeGreaterThan(before), { timeout: 10_000 });
      };
      const leave = queue.onReady(() => (calls += 1));
      await heard(() => queue.enqueue({ key: "k", ids: ["e1"], payload: 1 }));
      const first = await only(queue);
      await queue.enqueue({ key: "k", ids: ["e2"], payload: 1 });
      await heard(() => queue.finish(first.token));
      const second = await only(queue);
      await heard(() => queue.retry(second.token, 0));
      await only(queue, { leaseMs: 20 });
      await heard(async () => {});
      const last = await vi.waitUntil(() => claimSome(queue), { timeout: 10_000 });
      await queue.finish(tokenOf(last[0]));
      await heard(() => queue.enqueue({ key: "p", ids: ["planned"], payload: 1, runAt: Date.now() + 20 }));
      leave();
      const before = calls;
      await queue.enqueue({ key: "q", ids: ["e3"], payload: 1 });
      await queue.stats();
      expect(calls).toBe(before);
    });

    test("whatever is enqueued, claimed, given back and finished: each is done once, in order, one claim a key", async () => {
      const { queue } = await open();
      const key = fc.constantFrom("a", "b", "c");
      const step = fc.oneof(
        fc.record({ act: fc.constant("enqueue" as const), key }),
        fc.record({
          act: fc.constant("claim" as const),
          limit: fc.integer({ min: 1, max: 3 }),
          maxEntries: fc.integer({ min: 1, max: 3 }),
        }),
        fc.record({ act: fc.constantFrom("finish" as const, "retry" as const, "checkpoint" as const), key }),
      );
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          runs += 1;
          const enqueued: string[] = [];
          const done: string[] = [];
          const held = new Map<string, Claim>();
          const take = (claims: readonly Claim[]): void => {
            for (const claim of claims) {
              expect(held.has(claim.key)).toBe(false);
              held.set(claim.key, claim);
            }
          };
          const finish = async (claim: Claim): Promise<void> => {
            await queue.finish(claim.token);
            held.delete(claim.key);
            done.push(...claim.entries.map(({ id }) => id));
          };
          for (const next of steps) {
            if (next.act === "enqueue") {
              const id = `${runs}/${next.key}/${enqueued.length}`;
              expect(await queue.enqueue({ key: next.key, ids: [id], payload: id })).toBe(true);
              enqueued.push(id);
            } else if (next.act === "claim") {
              take(await queue.claim({ ...all, limit: next.limit, maxEntries: next.maxEntries }));
            } else {
              const claim = held.get(next.key);
              if (!claim) continue;
              if (next.act === "checkpoint") await queue.checkpoint(claim.token, next.act);
              if (next.act === "finish") await finish(claim);
              if (next.act === "retry") {
                await queue.retry(claim.token, 0);
                held.delete(claim.key);
              }
            }
          }
          do {
            for (const claim of held.values()) await finish(claim);
            take(await queue.claim(all));
          } while (held.size > 0);
          for (const ownKey of ["a", "b", "c"]) {
            const ofKey = (id: string): boolean => id.split("/")[1] === ownKey;
            expect(done.filter(ofKey)).toEqual(enqueued.filter(ofKey));
          }
        }),
        { numRuns: 60 },
      );
      expect(await queue.stats()).toMatchObject({ waiting: 0, claimed: 0 });
    });
  });
}

function idsOf(claims: readonly Claim[]): string[][] {
  return claims.map((claim) => claim.entries.map(({ id }) => id));
}

function tokenOf(claim: Claim | undefined): Claim["token"] {
  if (!claim) throw new Error("nothing was claimed");
  return claim.token;
}

async function only(queue: Queue, options: Partial<ClaimOptions> = {}): Promise<Claim> {
  const [claim, ...others] = await queue.claim({ ...all, ...options });
  expect(others).toEqual([]);
  if (!claim) throw new Error("nothing was claimed");
  return claim;
}

async function claimSome(queue: Queue): Promise<readonly Claim[] | undefined> {
  const claims = await queue.claim(all);
  return claims.length > 0 ? claims : undefined;
}
