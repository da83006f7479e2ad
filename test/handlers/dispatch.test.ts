import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createMetrics } from "../../src/adapters/http/metrics.ts";
import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { createParticipation } from "../../src/adapters/storage/stores/participation.ts";
import { conversationKey } from "../../src/core/conversation.ts";
import { AppError } from "../../src/core/errors.ts";
import type { CommandGiven, MessageCreated, MessageDeleted } from "../../src/core/event.ts";
import type { MessageId, PersonId, ThreadId } from "../../src/core/ids.ts";
import type { Claim, Storage } from "../../src/core/storage.ts";
import { createMayAnswer } from "../../src/handlers/taking-part.ts";
import { createDispatch } from "../../src/handlers/dispatch.ts";
import type { Dispatch } from "../../src/handlers/dispatch.ts";
import { commandGiven, messageCreated } from "../support/events.ts";
import { createMemoryLog } from "../support/log.ts";

const never = new AbortController().signal;
let dir: string;
let storage: Storage;
let dispatch: Dispatch;
/** What the handler was given, by message. */
let handled: string[];
let explained: string[];
let elsewhere: () => Promise<void>;
let work: (claim: Claim, shutdown: AbortSignal) => Promise<void>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "parley-dispatch-"));
  const log = createMemoryLog();
  storage = await openEmbeddedStorage({ dir, now: Date.now, log });
  handled = [];
  explained = [];
  work = async () => {};
  elsewhere = async () => {};
  const control = async (event: { readonly kind: string }) => void handled.push(event.kind);
  dispatch = createDispatch({
    queue: storage.queue,
    participation: createParticipation(storage),
    mayAnswer: createMayAnswer({
      pauses: { until: async () => undefined },
      participation: createParticipation(storage),
      chatSettings: { mode: async () => "mention" },
    }),
    handlers: {
      indexHistory: () => Promise.resolve(),
      giveHint: () => Promise.resolve(),
      indexThreads: () => Promise.resolve(),
      async chatMessage(claim, shutdown) {
        handled.push(claim.entries.map(({ payload }) => (payload as MessageCreated).message).join("+"));
        await work(claim, shutdown);
        await storage.queue.finish(claim.token);
      },
      failedMessage: {
        async explain(claim, error, setAside) {
          explained.push(`explained ${error.code}`);
          await storage.queue.finish(claim.token, setAside ? { setAside: error.code } : {});
        },
        async tellDelayed() {
          explained.push("delayed");
        },
        async notify(claim, error) {
          explained.push(`notified ${error.code}`);
          await storage.queue.finish(claim.token);
        },
        async answerElsewhere(claim, error) {
          explained.push(`elsewhere ${error.code}`);
          await elsewhere();
          await storage.queue.finish(claim.token);
        },
      },
      async command(claim) {
        handled.push((claim.entries[0].payload as CommandGiven).command);
        await work(claim, never);
        await storage.queue.finish(claim.token);
      },
      failedCommand: {
        async explain(claim, error) {
          explained.push(`explained command ${error.code}`);
          await storage.queue.finish(claim.token);
        },
        tellDelayed: async () => {},
        notify: async () => {},
        answerElsewhere: async () => {},
      },
      postReport: async () => {},
      tellRetirement: async () => {},
      press: async () => {},
      failedPress: {
        explain: async () => {},
        tellDelayed: async () => {},
        notify: async () => {},
        answerElsewhere: async () => {},
      },
      reacted: control,
      messageEdited: control,
      messageDeleted: control,
      foldSummary: control,
      reportReview: async ({ kind }) => control({ kind }),
      judgeReply: control,
      warnBudgets: control,
      stopRequested: control,
      overwritten: async () => {},
    },
    settings: {
      burst: "together",
      leaseMs: 30_000,
      standInMs: 60_000,
      unjudgedMs: 30_000,
      concurrency: 8,
      bots: ["friend"],
    },
    ambient: { log, metrics: createMetrics(() => storage.queue.stats()).metrics, now: Date.now },
  });
});

afterEach(async () => {
  await dispatch.stop(0);
  await storage.close();
  await rm(dir, { recursive: true, force: true });
});

function message(id: string, thread = "T1", more: Partial<MessageCreated> = {}): MessageCreated {
  const { place } = messageCreated();
  const there = { ...place, thread: thread as ThreadId };
  return messageCreated({
    message: id as MessageId,
    place: there,
    conversation: conversationKey(there),
    ...more,
  });
}

const untilHandled = (count: number) =>
  vi.waitFor(() => expect(handled.length).toBeGreaterThanOrEqual(count), { timeout: 10_000 });
const untilIdle = () =>
  vi.waitFor(async () => expect(await storage.queue.stats()).toMatchObject({ waiting: 0, claimed: 0 }), {
    timeout: 10_000,
  });

describe("intake", () => {
  it.each<[string, MessageCreated[]]>([
    [
      "the same message under another delivery",
      [message("A", "T1", { deliveryIds: ["e1"] }), message("A", "T1", { deliveryIds: ["e2"] })],
    ],
    [
      "the same delivery again",
      [message("A", "T1", { deliveryIds: ["e1"] }), message("A", "T1", { deliveryIds: ["e1"] })],
    ],
    [
      "one delivery that names two messages",
      [message("A", "T1", { deliveryIds: ["e1"] }), message("B", "T1", { deliveryIds: ["e1"] })],
    ],
  ])("takes in %s only once", async (_what, events) => {
    for (const event of events) await dispatch.intake(event);
    dispatch.start();
    await untilHandled(1);
    await untilIdle();
    for (const event of events) await dispatch.intake(event);
    await sleep(100);
    expect(handled).toEqual(["A"]);
  });

  it.each<[string, Partial<MessageCreated>]>([
    ["a bot wrote", { author: { ...messageCreated().author, isBot: true } }],
    ["speaks to somebody else", { addressed: "none" }],
    ["says nothing", { text: " \n" }],
  ])("leaves out what %s", async (_what, more) => {
    await dispatch.intake(message("A", "T1", more));
    await dispatch.intake({ kind: "ignored", reason: "channel topic changed" });
    expect((await storage.queue.stats()).waiting).toBe(0);
  });

  it("comes before answering in a rush of events", async () => {
    const stored = Promise.withResolvers<void>();
    const joining = vi.spyOn(storage.records, "get").mockImplementation(async () => {
      await stored.promise;
      return undefined;
    });
    dispatch.start();
    const rush = Array.from({ length: 20 }, (_, i) => dispatch.intake(message(`M${i}`, `T${i}`)));
    await dispatch.intake(message("direct", "D", { addressed: "direct" }));
    await sleep(300);
    expect(handled).toEqual([]);
    stored.resolve();
    await Promise.all(rush);
    joining.mockRestore();
    await untilHandled(21);
  });

  it("takes an edit that comes before its message for the message, and not one of long ago", async () => {
    const texts: string[] = [];
    work = async ({ entries }) =>
      void texts.push(...entries.map(({ payload }) => (payload as MessageCreated).text));
    const sentAt = Date.now() - 1_000;
    const sent = message("A", "T1", { text: "first", sentAt });
    await dispatch.intake({ ...sent, kind: "edited", text: "second", editedAt: sentAt + 500 });
    await dispatch.intake(sent);
    const old = message("B", "T2", { sentAt: sentAt - 120_000 });
    await dispatch.intake({ ...old, kind: "edited", text: "late", editedAt: sentAt });
    dispatch.start();
    await untilHandled(2);
    await untilIdle();
    expect(texts).toEqual(["second"]);
    expect(handled.toSorted()).toEqual(["A", "edited"]);
  });

  it("takes an edit of what gave a command for no question", async () => {
    const sent = message("A", "T1", { sentAt: Date.now() });
    const { conversation, place, message: id, sentAt } = sent;
    await dispatch.intake(commandGiven({ command: id, message: id, place, conversation }));
    await dispatch.intake({ ...sent, kind: "edited", text: "/parley hlep", editedAt: sentAt + 1 });
    dispatch.start();
    await untilIdle();
    // Once, for the command.
    expect(handled.filter((each) => each === "A")).toHaveLength(1);
  });

  it("takes in what an allowed bot wrote", async () => {
    const author = { ...messageCreated().author, id: "friend" as PersonId, isBot: true };
    await dispatch.intake(message("A", "T1", { author }));
    expect((await storage.queue.stats()).waiting).toBe(1);
  });

  it("answers in a thread without being named from the moment it was named there", async () => {
    await dispatch.intake(message("A", "T1", { addressed: "thread" }));
    await dispatch.intake(message("B", "T1", { addressed: "mention" }));
    await dispatch.intake(message("C", "T1", { addressed: "thread" }));
    await dispatch.intake(message("D", "T2", { addressed: "thread" }));
    dispatch.start();
    await untilHandled(1);
    await untilIdle();
    expect(handled).toEqual(["B+C"]);
  });

  it("goes by the first time that it was named there, in whatever order messages come", async () => {
    const said = (id: string, sentAt: number, addressed: "thread" | "mention") =>
      dispatch.intake(message(id, "T1", { addressed, sentAt }));
    await said("B", 2_000, "mention");
    await said("E", 5_000, "mention");
    await said("A", 1_500, "thread");
    await said("C", 3_000, "thread");
    await said("Z", 1_000, "mention");
    await said("A", 1_500, "thread");
    dispatch.start();
    await untilHandled(1);
    await untilIdle();
    expect(handled).toEqual(["B+E+C+Z+A"]);
  });
});

describe("dispatch", () => {
  it("answers one conversation in order and one at a time, and others meanwhile", async () => {
    let atOnce = 0;
    let most = 0;
    const perThread = new Map<string, number>();
    work = async (claim) => {
      most = Math.max(most, ++atOnce);
      const running = (perThread.get(claim.key) ?? 0) + 1;
      perThread.set(claim.key, running);
      expect(running).toBe(1);
      await sleep(5);
      perThread.set(claim.key, 0);
      atOnce--;
    };
    dispatch.start();
    const events = Array.from({ length: 60 }, (_, i) =>
      message(`M${String(i).padStart(2, "0")}`, `T${i % 3}`),
    );
    for (const event of events) await dispatch.intake(event);
    await vi.waitFor(() => expect(handled.join("+").split("+")).toHaveLength(60), { timeout: 10_000 });
    await untilIdle();
    const order = handled.flatMap((claim) => claim.split("+"));
    for (let thread = 0; thread < 3; thread++) {
      const inThread = order.filter((id) => Number(id.slice(1)) % 3 === thread);
      expect(inThread).toEqual(inThread.toSorted());
    }
    expect(most).toBeGreaterThan(1);
  });

  it("lets a deletion pass the message that is being answered", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    work = () => held;
    dispatch.start();
    await dispatch.intake(message("A"));
    await untilHandled(1);
    const { conversation, place } = message("A");
    const deletion: MessageDeleted = {
      kind: "deleted",
      deliveryIds: [],
      conversation,
      place,
      message: "A" as MessageId,
      deletedAt: 2,
    };
    await dispatch.intake(deletion);
    await untilHandled(2);
    expect(handled).toEqual(["A", "deleted"]);
    release();
    await untilIdle();
  });

  it("explains a failure of the model service at once, and goes on behind it", async () => {
    work = async (claim) => {
      if ((claim.entries[0].payload as MessageCreated).message === "A")
        throw new AppError("moderation_unavailable", "down");
    };
    await dispatch.intake(message("A"));
    dispatch.start();
    await untilHandled(1);
    await dispatch.intake(message("B"));
    await untilIdle();
    expect(explained).toEqual(["explained moderation_unavailable"]);
    expect(handled).toEqual(["A", "B"]);
  });

  it("tells once that a message waits for moderation, and tries it again before those behind it", async () => {
    let failures = 0;
    const facts = { reason: "model_unreachable" };
    work = async () => {
      if (failures++ === 0) throw new AppError("moderation_unavailable", "down", { facts });
    };
    await dispatch.intake(message("A"));
    dispatch.start();
    await untilIdle();
    expect(explained).toEqual(["delayed"]);
    expect(handled).toEqual(["A", "A"]);
  });

  it("tries a failure of its own again, and goes on where it left off", async () => {
    let failures = 0;
    work = async () => {
      if (failures++ === 0) throw new Error("a defect");
    };
    dispatch.start();
    await dispatch.intake(message("A"));
    await untilHandled(2);
    await untilIdle();
    expect(explained).toEqual([]);
    expect((await storage.queue.stats()).setAside).toBe(0);
  });

  it("explains what keeps failing, sets it aside, and doesn't let it block what is behind it", async () => {
    work = async (claim) => {
      if (claim.entries.some(({ payload }) => (payload as MessageCreated).message === "A"))
        throw new Error("a defect");
    };
    await dispatch.intake(message("A"));
    dispatch.start();
    await untilHandled(1);
    await dispatch.intake(message("B"));
    await vi.waitFor(() => expect(handled).toContain("B"), { timeout: 15_000 });
    await untilIdle();
    expect(handled).toEqual(["A", "A", "A", "B"]);
    expect(explained).toEqual(["explained internal"]);
    expect((await storage.queue.stats()).setAside).toBe(1);
  }, 20_000);

  it("answers the person directly where Parley may not post, and sets aside what can't be said there either", async () => {
    work = async (claim) => {
      const { message: id } = claim.entries[0].payload as MessageCreated;
      if (id === "B")
        elsewhere = async () => {
          throw new AppError("platform_refused", "no direct channel");
        };
      throw new AppError("platform_refused", "archived");
    };
    dispatch.start();
    await dispatch.intake(message("A"));
    await untilHandled(1);
    await untilIdle();
    expect((await storage.queue.stats()).setAside).toBe(0);
    await dispatch.intake(message("B", "T2"));
    await untilHandled(2);
    await untilIdle();
    expect(explained).toEqual(["elsewhere platform_refused", "elsewhere platform_refused"]);
    expect((await storage.queue.stats()).setAside).toBe(1);
  });

  it("waits for a platform that can't be reached, longer than for a failure of its own", async () => {
    let failures = 0;
    work = async () => {
      if (failures++ < 3) throw new AppError("platform_unreachable", "away", { retryAfterMs: 1 });
    };
    dispatch.start();
    await dispatch.intake(message("A"));
    await vi.waitFor(() => expect(handled).toHaveLength(4), { timeout: 20_000 });
    await untilIdle();
    expect(explained).toEqual([]);
    expect((await storage.queue.stats()).setAside).toBe(0);
  }, 30_000);

  it("hands back what the drain time is too short for", async () => {
    work = (_claim, shutdown) =>
      new Promise((_resolve, reject) => {
        shutdown.addEventListener("abort", () => reject(new AppError("aborted", "aborted")));
      });
    dispatch.start();
    await dispatch.intake(message("A"));
    await untilHandled(1);
    await dispatch.stop(10);
    expect(explained).toEqual([]);
    const [claim] = await storage.queue.claim({
      owner: "next",
      lane: "main",
      leaseMs: 1_000,
      limit: 1,
      maxEntries: 1,
    });
    expect(claim?.entries[0]).toMatchObject({ attempt: 2, payload: { message: "A" } });
  });
});

describe("a command", () => {
  it("neither waits for a reply that is being written, nor holds one up", async () => {
    const begun = Promise.withResolvers<void>();
    work = () => begun.promise;
    const { place, conversation } = message("A");
    dispatch.start();
    await dispatch.intake(message("A"));
    await untilHandled(1);
    await dispatch.intake(commandGiven({ command: "G1", place, conversation }));
    await dispatch.intake(commandGiven({ command: "G2", place, conversation }));
    await untilHandled(3);
    await dispatch.intake(message("B", "T2"));
    await untilHandled(4);
    begun.resolve();
    await untilIdle();
    expect(handled.toSorted()).toEqual(["A", "B", "G1", "G2"]);
  });

  it("is taken in once", async () => {
    await dispatch.intake(commandGiven());
    await dispatch.intake(commandGiven({ deliveryIds: ["again"] }));
    dispatch.start();
    await untilHandled(1);
    await untilIdle();
    expect(handled).toEqual(["G1"]);
  });

  it("that fails is explained as one", async () => {
    work = async () => {
      throw new AppError("model_unauthorized", "no");
    };
    await dispatch.intake(commandGiven());
    dispatch.start();
    await untilIdle();
    expect(explained).toEqual(["explained command model_unauthorized"]);
  });
});
