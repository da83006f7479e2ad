import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { openEmbeddedStorage } from "../../../../src/adapters/storage/embedded/storage.ts";
import { createMemoryLog } from "../../../support/log.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "parley-checkpoints-"));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const sizeOf = async (file: string) => (await stat(join(dir, file))).size;

describe("under load", () => {
  it("what was written gets from the log into the store while it is open, and nothing of it is lost", async () => {
    const log = createMemoryLog();
    const storage = await openEmbeddedStorage({ dir, now: Date.now, log });
    const emptyBytes = await sizeOf("parley.db");
    // Far fewer pages than the writer's own checkpoints wait for.
    for (let i = 0; i < 300; i++) {
      await storage.records.put({ collection: "things", id: String(i), value: "x".repeat(1_000) });
    }
    await vi.waitFor(async () => expect(await sizeOf("parley.db")).toBeGreaterThan(emptyBytes + 200_000), {
      timeout: 5_000,
    });
    await storage.close();
    const again = await openEmbeddedStorage({ dir, now: Date.now, log });
    const ids = Array.from({ length: 300 }, (_, i) => String(i));
    expect((await again.records.getMany("things", ids)).every((record) => record !== undefined)).toBe(true);
    await again.close();
    expect(log.lines.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
  });
});
