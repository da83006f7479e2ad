import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ChatPlace } from "../support/chat-client.ts";
import { openDeliveryWorld } from "../support/delivery-world.ts";
import type { DeliveryWorld } from "../support/delivery-world.ts";
import { startParleyProcess } from "../support/parley-process.ts";
import type { ParleyProcess } from "../support/parley-process.ts";
import type { PlatformCall, PlatformTitle } from "../support/platforms.ts";

/** What differs over HTTP is the ack alone. */
const titles: readonly PlatformTitle[] = ["Discord", "Slack over a socket"];
const kills = 3;
const longestLifeMs = 1_200;
/** Longer than a start takes. */
const lateMs = 5_000;

describe.each(titles)("killed with SIGKILL in %s", { timeout: 180_000, retry: 0 }, (title) => {
  let world: DeliveryWorld;
  let parley: ParleyProcess;

  beforeEach(async () => {
    world = await openDeliveryWorld(title);
    await start();
  });

  afterEach(async () => {
    await parley.end("SIGKILL");
    await world[Symbol.asyncDispose]();
  });

  async function start(): Promise<void> {
    parley = await startParleyProcess(world.env);
    await world.untilReady(parley);
  }

  function callNamed(name: string): PlatformCall {
    const call = world.local.calls.find(({ title: each }) => each === name);
    if (!call) throw new Error("there is no such call");
    return call;
  }

  async function die(): Promise<void> {
    await parley.end("SIGKILL");
    world.openai.heal();
    world.local.heal();
    await start();
  }

  it("while moderation or the model is asked, each message has one whole answer", async () => {
    const threads: ChatPlace[] = [];
    for (const kind of ["moderation", "chat"] as const) {
      const before = world.openai.requests.length;
      world.openai.fail(kind, { kind: "silence" });
      threads.push(await world.ask());
      const asked = async () =>
        world.openai.requests.slice(before).some((request) => request.kind === kind) ? true : undefined;
      await world.local.chat.until(asked, "the request");
      await die();
    }
    await world.expectOneAnswer(...threads);
  });

  it.each(["hang", "loseResponse"] as const)(
    "at each call of a reply with the fault %s, each message has one whole answer",
    async (fault) => {
      const threads: ChatPlace[] = [];
      for (const call of world.local.calls) {
        const before = call.count();
        call[fault]();
        threads.push(await world.ask());
        await world.local.chat.until(async () => (call.count() > before ? true : undefined), call.title);
        await sleep(20);
        await die();
      }
      await world.expectOneAnswer(...threads);
    },
  );

  it("while a post is on its way that arrives after the restart, the message has one whole answer", async () => {
    const post = callNamed("posting the reply");
    post.late(lateMs);
    const thread = await world.ask();
    await world.local.chat.until(async () => (post.count() > 0 ? true : undefined), "the post");
    await die();
    await sleep(lateMs);
    await world.expectOneAnswer(thread);
  });

  // By a post where all of it comes at once, and by an edit where the beginning was shown.
  it.each([
    ["posting the reply", 0],
    ["editing the reply", 10],
  ] as const)(
    "while the whole answer is shown by %s, nobody asks the model again",
    async (name, chunkDelayMs) => {
      world.openai.pace({ chunkDelayMs });
      const call = callNamed(name);
      call.hang();
      const thread = await world.ask();
      await world.local.chat.until(async () => (call.count() > 0 ? true : undefined), name);
      await die();
      await world.expectOneAnswer(thread);
      expect(world.openai.chatRequests).toHaveLength(1);
    },
  );

  it("again and again while people ask, each message has one whole answer", async () => {
    const threads: ChatPlace[] = [];
    const asking = new AbortController();
    const asked = (async () => {
      while (!asking.signal.aborted) {
        threads.push(await world.ask());
        await sleep(350);
      }
    })();
    for (let kill = 0; kill < kills; kill++) {
      await sleep(Math.random() * longestLifeMs);
      await die();
    }
    asking.abort();
    await asked;
    await world.expectOneAnswer(...threads);
  });
});
