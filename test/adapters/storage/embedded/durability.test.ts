import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { checkStorage } from "../../../../src/adapters/storage/embedded/maintenance.ts";
import { codeOf } from "../../../support/storage-contract/factory.ts";
import { makeFolder, openStorage } from "./open.ts";

const all = { owner: "me", lane: "main", leaseMs: 60_000, limit: 100, maxEntries: 100 } as const;

test("after SIGKILL in the middle of writing, all that was acknowledged is there, and nothing was done twice", async () => {
  const dir = makeFolder();
  for (const linesBeforeKill of [150, 400, 37]) {
    const said = await runUntilKilled(dir, linesBeforeKill);
    const storage = await openStorage({ dir });
    const put = said.filter(([verb]) => verb === "put").map(([, id]) => id);
    const stored = await storage.log.range<{ id: string }>("turns", {
      direction: "oldestFirst",
      limit: 100_000,
    });
    const ids = new Set(stored.map((entry) => entry.value.id));
    expect(put.filter((id) => !ids.has(id))).toEqual([]);
    const finished = new Set(said.filter(([verb]) => verb === "finished").map(([, id]) => id));
    const claims = await storage.queue.claim(all);
    const waiting = claims.flatMap((claim) => claim.entries.map((entry) => entry.id));
    expect(waiting.filter((id) => finished.has(id))).toEqual([]);
    for (const [verb, id] of said) {
      if (verb === "enqueued" && !finished.has(id)) expect(await storage.queue.seen(id)).toBe(true);
    }
    await storage.close();
    expect(await checkStorage(dir)).toMatchObject({ ok: true });
    // The next round writes its ids anew.
    const again = await openStorage({ dir });
    await again.log.removeBefore("turns", Number.MAX_SAFE_INTEGER);
    await again.close();
  }
});

test("a second process on the same folder is refused with a sentence, until the first is gone", async () => {
  const dir = makeFolder();
  const child = await startChild(dir);
  await expect(openStorage({ dir })).rejects.toMatchObject({
    code: "storage_locked",
    message: expect.stringContaining(`${dir} is in use by another Parley`) as string,
  });
  await child.kill();
  const storage = await openStorage({ dir });
  expect(await codeOf(openStorage({ dir }))).toBe("storage_locked");
  await storage.close();
  await openStorage({ dir });
});

test("a restart voids claims and leases; attempts, order and fencing tokens go on", async () => {
  const dir = makeFolder();
  const first = await openStorage({ dir });
  for (const id of ["e1", "e2"]) await first.queue.enqueue({ key: "k", ids: [id], payload: id });
  const [claim] = await first.queue.claim(all);
  await first.queue.enqueue({ key: "k", ids: ["e3"], payload: "e3" });
  await first.queue.checkpoint(claim?.token as never, { step: 1 });
  const lease = await first.leases.acquire("shard", "one", 3_600_000);
  await first.close();

  const second = await openStorage({ dir });
  expect(await codeOf(second.queue.finish(claim?.token as never))).toBe("superseded");
  expect(await second.leases.renew("shard", lease ?? 0, 1_000)).toBe(false);
  const [again] = await second.queue.claim(all);
  expect(again?.entries.map(({ id, attempt }) => [id, attempt])).toEqual([
    ["e1", 2],
    ["e2", 2],
  ]);
  expect(again?.state).toEqual({ step: 1 });
  expect(Number(again?.token)).toBeGreaterThan(Number(claim?.token));
  expect(await second.leases.acquire("shard", "two", 1_000)).toBeGreaterThan(lease ?? Infinity);
});

test("what was finished, removed or deleted stands in no file of the folder once the store is closed", async () => {
  const dir = makeFolder();
  const storage = await openStorage({ dir });
  const canary = "canary-7f3a";
  await storage.queue.enqueue({ key: "k", ids: ["e"], payload: canary.repeat(200), people: [canary] });
  const [claim] = await storage.queue.claim(all);
  await storage.queue.checkpoint(claim?.token as never, canary);
  await storage.queue.finish(claim?.token as never);
  await storage.log.put("turns", { id: "m", order: 1, revision: 1, value: canary, people: [canary] });
  await storage.log.remove("turns", "m");
  await storage.records.put({
    collection: "c",
    id: "r",
    value: canary,
    indexes: { person: [{ value: canary }] },
  });
  await storage.records.delete({ collection: "c", id: "r" });
  const vector = Float32Array.of(0.6, -0.8);
  const item = { id: canary, vector, audience: canary, group: canary, people: [canary], value: canary };
  for (const collection of ["kept", canary]) await storage.vectors.upsert(collection, [item]);
  await storage.vectors.remove("kept", [canary]);
  await storage.vectors.drop(canary);
  await storage.close();
  const files = readdirSync(dir);
  expect(files).toContain("parley.db");
  for (const file of files) expect(readFileSync(join(dir, file)).includes(canary)).toBe(false);
});

type Said = readonly [verb: string, id: string];

async function startChild(
  dir: string,
): Promise<{ said: Said[]; hear(count: number): Promise<void>; kill(): Promise<void> }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "appending-process.ts"), dir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const kill = (): Promise<void> => {
    child.kill("SIGKILL");
    return exited;
  };
  onTestFinished(kill);
  const said: Said[] = [];
  const lines = createInterface(child.stdout);
  const hear = (count: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => void (said.length >= count && resolve());
      lines.on("line", check);
      void exited.then(() => reject(new Error("the process ended by itself")));
      check();
    });
  lines.on("line", (line) => said.push(line.split(" ") as [string, string]));
  await hear(1);
  return { said, hear, kill };
}

async function runUntilKilled(dir: string, lineCount: number): Promise<readonly Said[]> {
  const child = await startChild(dir);
  await child.hear(lineCount);
  await child.kill();
  return child.said;
}
