import { describe, expect, it, vi } from "vitest";

import { AppError } from "../../src/core/errors.ts";
import type { CauseId, MessageId } from "../../src/core/ids.ts";
import type { LiveReply, Platform } from "../../src/core/platform.ts";
import { fenceReply } from "../../src/handlers/fenced-reply.ts";
import type { HeldClaim } from "../../src/handlers/lease.ts";
import type { ChatMessageDeps, Story } from "../../src/handlers/story.ts";
import { messageCreated } from "../support/events.ts";

/** A reply that asks before it writes, as adapters do, with a lease that is lost when the test says so. */
function openReply() {
  let lost = false;
  const written: string[] = [];
  const enqueue = vi.fn<(entry: unknown) => Promise<boolean>>(async () => true);
  const commit = vi.fn<(operations: unknown) => Promise<void>>(async () => undefined);
  const reply: LiveReply = {
    async show([text = ""], { check, onPosting, onPosted }) {
      if (written.length === 0) await onPosting();
      await check();
      written.push(text);
      if (text === "and lose it") lost = true;
      if (written.length === 1) await onPosted("R1" as MessageId);
      return ["R1" as MessageId];
    },
    remove: async ({ check }) => check(),
  };
  const claim = {
    token: "7",
    lease: {
      async check() {
        if (lost) throw new AppError("superseded", "lost");
      },
    },
  } as unknown as HeldClaim;
  const story = {
    claim,
    platform: { limits: { requestMs: 15_000 } } as Platform,
    questions: [messageCreated()],
    last: messageCreated(),
    cause: "c" as CauseId,
    again: undefined,
    posted: [],
    posting: undefined,
    told: new Set(),
    ending: undefined,
  } as Omit<Story, "reply">;
  const deps = {
    storage: { commit, queue: { enqueue } },
    ambient: { now: () => 1_000 },
  } as unknown as ChatMessageDeps;
  const fenced = fenceReply(story, reply, deps);
  const options = { final: false, buttons: [], signal: new AbortController().signal };
  return {
    show: (text: string) => fenced.show([text], options),
    remove: () => fenced.remove(options.signal),
    lose: () => {
      lost = true;
    },
    claim,
    written,
    enqueue,
    commit,
  };
}

describe("the reply of a story", () => {
  it("writes down that a message is being posted before it is, and which it became", async () => {
    const reply = openReply();
    await reply.show("one");
    expect(reply.commit.mock.calls.map(([operations]) => operations)).toMatchObject([
      [{ op: "queue.checkpoint", state: { posted: [], posting: 1_000 } }],
      [{ op: "queue.checkpoint", state: { posted: ["R1"] } }],
    ]);
    expect(reply.claim.state).toEqual({ posted: ["R1"], told: [] });
  });

  it("writes nothing for an owner that was superseded, and leaves nothing to put right", async () => {
    const reply = openReply();
    await reply.show("one");
    reply.lose();
    await expect(reply.show("two")).rejects.toMatchObject({ code: "superseded" });
    await expect(reply.remove()).rejects.toMatchObject({ code: "superseded" });
    expect(reply.written).toEqual(["one"]);
    expect(reply.enqueue).not.toHaveBeenCalled();
  });

  it("leaves to be put right what an owner wrote that was superseded meanwhile", async () => {
    const reply = openReply();
    await reply.show("one");
    await expect(reply.show("and lose it")).rejects.toMatchObject({ code: "superseded" });
    expect(reply.enqueue).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        lane: "control",
        runAt: 1_000,
        payload: expect.objectContaining({ kind: "overwritten", cause: "c", messages: ["R1"] }) as unknown,
      }),
    );
  });
});
