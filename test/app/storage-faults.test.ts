import { execFile, spawnSync } from "node:child_process";
import { closeSync, openSync, renameSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { copyFile, mkdir, mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

import { canConfine, startConfinedProcess } from "../support/confined-process.ts";
import type { ConfinedProcess } from "../support/confined-process.ts";
import { openDeliveryWorld } from "../support/delivery-world.ts";
import type { DeliveryWorld } from "../support/delivery-world.ts";
import type { Delivery, SlackServer } from "../support/slack-server.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** Slack's request is answered 200 when the event is on disk, and else made again. */
const title = "Slack over HTTP";

interface Trouble {
  readonly name: string;
  readonly diskBytes?: number;
  /** What the operator reads meanwhile. */
  readonly reason: RegExp;
  /** Where the store is then; `parley.db` when left out. */
  readonly store?: string;
  begin(parley: ConfinedProcess): void;
  end(parley: ConfinedProcess): void;
}

const limitedFiles: Trouble = {
  name: "no file may grow any more",
  reason: /can't be read or written \(disk I\/O error\).*goes on by itself/,
  begin: ({ pid }) => limitFiles(pid, "4096"),
  end: ({ pid }) => limitFiles(pid, "unlimited"),
};
const fullDisk: Trouble = {
  name: "the disk is full",
  diskBytes: 8 * 1024 * 1024,
  reason: /There is no room left .*free some space; Parley goes on by itself/,
  begin: ({ dataDir }) => fill(dataDir),
  end: ({ dataDir }) => rmSync(join(dataDir, "ballast")),
};
const movedFile: Trouble = {
  store: "elsewhere",
  name: "the store was moved away",
  reason: /parley\.db.* was moved, removed or replaced.*put it back/,
  begin: ({ dataDir }) => renameSync(join(dataDir, "parley.db"), join(dataDir, "elsewhere")),
  end: ({ dataDir }) => renameSync(join(dataDir, "elsewhere"), join(dataDir, "parley.db")),
};

// Side by side, for they mostly wait.
describe.concurrent("a store that fails", { timeout: 60_000, retry: 0 }, () => {
  // Where nobody may mount a disk, the limit on the size of files stands in for a full one.
  describe.each([...(canConfine ? [fullDisk] : []), limitedFiles, movedFile])("while $name", (trouble) => {
    it("nothing is acked that isn't stored, readyz says why, and afterwards all is answered once", async () => {
      await using world = await openDeliveryWorld(title);
      await using parley = await start(world, trouble.diskBytes);
      const threads = [await world.ask()];
      await world.expectOneAnswer(...threads);
      const underWay = await world.ask();
      await world.local.chat.writing(underWay);

      trouble.begin(parley);
      threads.push(underWay, await world.ask(), await world.ask());
      await untilRefused(world, 2);
      const { status, storage } = await readiness(parley);
      expect({ status, storage }).toEqual({
        status: 503,
        storage: { ok: false, detail: expect.stringMatching(trouble.reason) as string },
      });
      await sleep(1_000);
      const acked = ackedIds(world);
      expect(acked).toHaveLength(2);
      const stored = await storedIds(parley, trouble.store);
      trouble.end(parley);
      expect(stored).toEqual(expect.arrayContaining(acked));

      await untilReady(world, parley);
      await world.expectOneAnswer(...threads);
      expect(slackOf(world).deliveries.filter(isUnacked)).toEqual([]);
      expect(await parley.stop()).toBe(0);
    });
  });

  it("for longer than Slack sends again, what was asked meanwhile is fetched and answered once", async () => {
    await using world = await openDeliveryWorld(title);
    await using parley = await start(world);
    const { until } = world.local.chat;
    await until(
      async () => (parley.output().includes('"caught up"') ? true : undefined),
      "what is fetched at the start",
    );
    limitedFiles.begin(parley);
    const threads = [await world.ask(), await world.ask()];
    const { deliveries } = slackOf(world);
    await until(
      async () => (deliveries.every(({ finished }) => finished) ? true : undefined),
      "Slack to give up",
    );
    expect(deliveries.every(isUnacked)).toBe(true);
    limitedFiles.end(parley);
    await world.expectOneAnswer(...threads);
    expect(await parley.stop()).toBe(0);
  });

  it("a full disk doesn't keep Parley from stopping, and what was under way is answered after the next start", async () => {
    await using world = await openDeliveryWorld(title);
    const dir = world.env["PARLEY_DATA_DIR"] ?? "";
    await using first = await start(world);
    const thread = await world.ask();
    await world.local.chat.writing(thread);
    limitedFiles.begin(first);
    const other = await world.ask();
    await untilRefused(world, 1);
    expect(await first.stop()).toBe(0);
    expect(await runParley(["storage", "check"], dir)).toMatchObject({ code: 0 });
    await using second = await start(world);
    await world.expectOneAnswer(thread, other);
    expect(await second.stop()).toBe(0);
  });

  describe("while another program holds the store's lock", () => {
    it("for two seconds, Parley waits and stays ready", async () => {
      await using world = await openDeliveryWorld(title);
      await using parley = await start(world);
      const unlock = lockStore(parley);
      const thread = await world.ask();
      await sleep(2_000);
      expect((await readiness(parley)).status).toBe(200);
      expect(ackedIds(world)).toEqual([]);
      unlock();
      await world.expectOneAnswer(thread);
      expect(await parley.stop()).toBe(0);
    });

    it("for longer than it waits, it says so at once when asked, and goes on afterwards", async () => {
      await using world = await openDeliveryWorld(title);
      await using parley = await start(world);
      const unlock = lockStore(parley);
      const thread = await world.ask();
      await sleep(6_000);
      let said = await askedAtOnce(parley);
      // On a busy machine the store itself may say so later.
      for (
        const deadline = Date.now() + 20_000;
        !lockedOut.test(said) && Date.now() < deadline;
        await sleep(200)
      )
        said = await askedAtOnce(parley);
      expect(said).toMatch(lockedOut);
      expect(ackedIds(world)).toEqual([]);
      unlock();
      await untilReady(world, parley);
      await world.expectOneAnswer(thread);
      expect(await parley.stop()).toBe(0);
    });
  });

  describe("a store that was overwritten", () => {
    it("while Parley runs takes nothing more once that shows, is found by the check, and is replaced by a backup", async () => {
      await using world = await openDeliveryWorld(title);
      const dir = world.env["PARLEY_DATA_DIR"] ?? "";
      const backup = join(dir, "backup");
      const damaged = join(dir, "damaged");
      await using first = await start(world);
      const before = await world.ask();
      await world.expectOneAnswer(before);
      expect(await runParley(["storage", "check"], dir)).toMatchObject({ code: 0 });
      expect(await runParley(["storage", "backup", backup], dir)).toMatchObject({ code: 0 });
      await first.stop();

      await using second = await start(world);
      overwrite(join(dir, "parley.db"));
      const thread = await world.ask();
      await world.local.chat.until(
        async () => ((await readiness(second)).status === 503 ? true : undefined),
        "the damage to show",
      );
      const late = await world.ask();
      await untilRefused(world, 1);
      expect((await readiness(second)).storage.detail).toMatch(/is damaged.*parley storage restore/);
      expect(await second.stop()).toBe(0);

      const check = await runParley(["storage", "check"], dir);
      expect(check.code).toBe(1);
      expect(check.output).toMatch(/is damaged: stop Parley, .* \(parley storage restore\)/);
      await mkdir(damaged);
      for (const name of ["parley.db", "parley.db-wal", "parley.db-shm"])
        if (statSync(join(dir, name), { throwIfNoEntry: false }))
          renameSync(join(dir, name), join(damaged, name));
      expect(await runParley(["storage", "restore", backup], dir)).toMatchObject({ code: 0 });
      await using third = await start(world);
      await world.expectOneAnswer(before, thread, late);
      expect(await third.stop()).toBe(0);
    });

    it("before the start is refused in one sentence", async () => {
      await using world = await openDeliveryWorld(title);
      const dir = world.env["PARLEY_DATA_DIR"] ?? "";
      await using first = await start(world);
      await first.stop();
      overwrite(join(dir, "parley.db"));
      const { code, output } = await runParley(["start"], dir);
      expect(code).toBe(1);
      expect(output).toMatch(/^The store in the data folder .* is damaged: .*\n$/);
    });
  });
});

async function start(world: DeliveryWorld, diskBytes?: number): Promise<ConfinedProcess> {
  const dataDir = world.env["PARLEY_DATA_DIR"] ?? "";
  const parley = await startConfinedProcess(world.env, {
    dataDir,
    ...(diskBytes !== undefined && { diskBytes }),
  });
  await world.untilReady(parley);
  return parley;
}

interface Readiness {
  readonly status: number;
  readonly storage: { readonly ok: boolean; readonly detail: string };
}

async function readiness({ url }: ConfinedProcess): Promise<Readiness> {
  const response = await fetch(`${url}/readyz`);
  const { parts } = (await response.json()) as { parts: Pick<Readiness, "storage"> };
  return { status: response.status, storage: parts.storage };
}

const lockedOut = /locked by another program.*goes on by itself/;

/** What is said of a store that doesn't take anything; asking takes no longer than it should. */
async function askedAtOnce(parley: ConfinedProcess): Promise<string> {
  const askedAt = performance.now();
  const { status, storage } = await readiness(parley);
  expect(performance.now() - askedAt).toBeLessThan(2_500);
  expect(status).toBe(503);
  return storage.detail;
}

function untilReady(world: DeliveryWorld, parley: ConfinedProcess): Promise<true> {
  return world.local.chat.until(
    async () => ((await readiness(parley)).status === 200 ? true : undefined),
    "readyz 200",
  );
}

function slackOf({ local }: DeliveryWorld): SlackServer {
  if (!local.slack) throw new Error("this is for Slack");
  return local.slack;
}

const isUnacked = ({ ackedAt }: Delivery): boolean => ackedAt === undefined;

/** So many events were refused, and none of them was acked since. */
function untilRefused(world: DeliveryWorld, count: number): Promise<true> {
  return world.local.chat.until(async () => {
    const refused = slackOf(world).deliveries.filter(
      (delivery) => isUnacked(delivery) && delivery.attempts.some(({ status }) => status === 503),
    );
    return refused.length >= count ? true : undefined;
  }, `${count} refused event(s)`);
}

/** Events about people's messages that were acked, under the ids that the inbox knows them by. */
function ackedIds(world: DeliveryWorld): string[] {
  return slackOf(world)
    .deliveries.filter((delivery) => !isUnacked(delivery) && isQuestion(delivery))
    .map(({ eventId }) => `delivery/slack/${eventId}`);
}

function isQuestion({ payload }: Delivery): boolean {
  return (payload as { event?: { type?: string } }).event?.type === "app_mention";
}

/** Of a copy: SQLite follows no path into another process's disk. */
async function storedIds({ dataDir }: ConfinedProcess, store = "parley.db"): Promise<unknown[]> {
  await using copy = await mkdtempDisposable(join(tmpdir(), "parley-copy-"));
  await copyFile(join(dataDir, store), join(copy.path, "parley.db"));
  await copyFile(join(dataDir, "parley.db-wal"), join(copy.path, "parley.db-wal"));
  const database = new DatabaseSync(join(copy.path, "parley.db"));
  const ids = database.prepare("SELECT id FROM queue_ids").all();
  database.close();
  return ids.map(({ id }) => id);
}

function lockStore({ dataDir }: ConfinedProcess): () => void {
  const database = new DatabaseSync(join(dataDir, "parley.db"));
  database.exec("BEGIN EXCLUSIVE");
  return () => database.close();
}

function limitFiles(pid: number, bytes: string): void {
  const { status, stderr } = spawnSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:`], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}

function fill(dir: string): void {
  const file = openSync(join(dir, "ballast"), "w");
  const block = Buffer.alloc(4_096);
  while (statfsSync(dir).bavail > 0) writeSync(file, block);
  closeSync(file);
}

/** Every page but the first, which says what kind of file it is. */
function overwrite(path: string): void {
  const file = openSync(path, "r+");
  for (let at = 4_096; at < statSync(path).size; at += 4_096)
    writeSync(file, Buffer.alloc(4_096, 0x5a), 0, 4_096, at);
  closeSync(file);
}

function runParley(args: readonly string[], dataDir: string): Promise<{ code: number; output: string }> {
  const env = { PATH: process.env["PATH"], PARLEY_DATA_DIR: dataDir };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd: dataDir, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
    });
  });
}
