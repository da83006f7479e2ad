import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { checkStorage } from "../../../../../src/adapters/storage/embedded/maintenance.ts";
import { toUnit } from "../../../../support/made-vectors.ts";
import { makeFolder, openStorage } from "../open.ts";

test("after SIGKILL in the middle of upserts, what was acknowledged is found, whole, and what was removed is not", async () => {
  const dir = makeFolder();
  for (const lineCount of [120, 300]) {
    const said = await runUntilKilled(dir, lineCount);
    const storage = await openStorage({ dir });
    const last = new Map(said.map(([verb, id, turn]) => [id, { verb, turn: Number(turn) }]));
    const audiences = ["a0", "a1", "a2"];
    const vector = toUnit(new Float32Array(64).fill(1));
    const found = await storage.vectors.nearest<[number, number]>("v", { vector, k: 1_000, audiences });
    const turns = new Map(found.map(({ id, value }) => [id, value[1]]));
    for (const [id, { verb, turn }] of last) {
      // What was under way may have been done without having been said: then it is the writer's next step.
      if (verb === "put") expect(turns.get(id)).toBeGreaterThanOrEqual(turn);
      if (verb === "removed") expect(turns.get(id) ?? Infinity).toBeGreaterThan(turn);
    }
    const stored = await storage.vectors.getMany<[number, number]>("v", [...turns.keys()]);
    for (const item of stored) {
      const [writer, turn] = item?.value ?? [0, 0];
      expect(item?.audience).toBe(`a${turn % 3}`);
      expect((item?.vector[1] ?? 0) / (item?.vector[0] ?? 1)).toBeCloseTo(turn / writer, 3);
    }
    expect(await storage.vectors.size("v")).toBe(found.length);
    await storage.close();
    expect(await checkStorage(dir)).toMatchObject({ ok: true });
  }
});

type Said = readonly [verb: string, id: string, turn: string];

async function runUntilKilled(dir: string, lineCount: number): Promise<readonly Said[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "upserting-process.ts"), dir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  onTestFinished(() => void child.kill("SIGKILL"));
  const said: Said[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (said.push(line.split(" ") as [string, string, string]) === lineCount) child.kill("SIGKILL");
  }
  await exited;
  return said;
}
