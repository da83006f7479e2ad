import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { openEmbeddedStorage } from "../../../src/adapters/storage/embedded/storage.ts";
import { createThreads } from "../../../src/adapters/storage/stores/threads.ts";
import { conversationKey } from "../../../src/core/conversation.ts";
import type { ChannelId, MessageId, ThreadId, WorkspaceId } from "../../../src/core/ids.ts";
import type { Storage } from "../../../src/core/storage.ts";
import { collectionOf } from "../../../src/core/threads/thread.ts";
import type { ThreadEntry, VectorSpace } from "../../../src/core/threads/thread.ts";
import { audienceKey } from "../../../src/core/visibility.ts";
import { moveCollections } from "../../../src/handlers/threads/move-collections.ts";
import { createMemoryLog } from "../../support/log.ts";

const channel = { platform: "slack", workspace: "T1" as WorkspaceId, channel: "C1" as ChannelId } as const;
const before: VectorSpace = { model: "small", dimensions: 8 };
const after: VectorSpace = { model: "large", dimensions: 16 };
const now = () => Date.UTC(2026, 10, 23);

let dir: string;
let storage: Storage;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "parley-move-"));
  storage = await openEmbeddedStorage({ dir, now, log: createMemoryLog() });
});
afterAll(async () => {
  await storage.close();
  await rm(dir, { recursive: true, force: true });
});

const unit = (dimensions: number) => Float32Array.from({ length: dimensions }, (_, i) => (i === 0 ? 1 : 0));

function entry(thread: string, space: VectorSpace): ThreadEntry {
  const place = { ...channel, thread: thread as ThreadId };
  return {
    conversation: conversationKey(place),
    place,
    audience: audienceKey(channel),
    title: thread,
    first: thread as MessageId,
    begunAt: 0,
    lastAt: 1,
    people: [],
    turns: 1,
    chunks: [],
    collection: collectionOf(channel, space),
    source: "memory",
  };
}

it("what stands in vectors of another kind is indexed again, and they go once nothing is left in them", async () => {
  const threads = createThreads(storage);
  const names = ["1", "2", "3"];
  await storage.vectors.upsert(
    collectionOf(channel, before),
    names.map((id) => ({
      id,
      vector: unit(8),
      audience: audienceKey(channel),
      group: entry(id, before).conversation,
      value: {},
    })),
  );
  await storage.vectors.upsert("of somebody else's", [
    { id: "x", vector: unit(8), audience: "a", group: "g", value: {} },
  ]);
  await storage.commit(names.map((name) => threads.putting(entry(name, before), 0)));

  const move = () => moveCollections({ storage, threads, space: after, now });
  expect(await move()).toBe(3);
  expect((await storage.queue.stats()).waiting).toBe(3);
  expect(await storage.vectors.size(collectionOf(channel, before))).toBe(3);

  await storage.commit(names.map((name) => threads.putting(entry(name, after), 1)));
  expect(await move()).toBe(0);
  expect(await storage.vectors.collections()).toEqual(["of somebody else's"]);
});
