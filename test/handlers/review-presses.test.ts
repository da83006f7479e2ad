import { beforeEach, describe, expect, it } from "vitest";

import type { ButtonPressed } from "../../src/core/event.ts";
import type { ChannelId, MessageId, PersonId, WorkspaceId } from "../../src/core/ids.ts";
import type { Platform } from "../../src/core/platform.ts";
import type { Review } from "../../src/core/review.ts";
import type { Operation } from "../../src/core/storage.ts";
import { en } from "../../src/core/words/en.ts";
import { createReviewPresses } from "../../src/handlers/presses/review.ts";
import type { ReviewPressDeps } from "../../src/handlers/presses/review.ts";
import { messageCreated } from "../support/events.ts";

const signal = new AbortController().signal;
const workspace = { platform: "slack", workspace: "T1" as WorkspaceId } as const;
const moderators = { ...workspace, channel: "CMODS" as ChannelId };
const place = { ...workspace, channel: "C1" as ChannelId };
const question = messageCreated({ place, text: "about poison" });

const open: Review = {
  id: "r1",
  at: 1_000,
  decision: "block",
  scores: { violence: 0.9 },
  conversation: question.conversation,
  place,
  channelKind: "public",
  message: question.message,
  author: question.author,
  excerpt: "about poison",
  question: { event: question, hash: "h" },
  notice: { place: moderators, message: "N1" as MessageId },
  state: "open",
};

let review: Review | undefined;
/** Who manages which channel. */
let managers: Readonly<Record<string, string>>;
let asked: string[];

beforeEach(() => {
  review = open;
  managers = { C1: "mod" };
  asked = [];
});

const platform = {
  rights: async ({ channel }: { readonly channel: string }, person: string) => {
    asked.push(channel);
    return { isAdmin: person === "admin", isChannelManager: managers[channel] === person };
  },
} as unknown as Platform;

const presses = createReviewPresses({
  platformOf: () => platform,
  storage: { commit: async () => undefined },
  stores: {
    reviews: {
      get: async () => ({ value: review, version: 1 }),
      putting: (next: Review, ifVersion: number) => ({
        op: "records.put",
        id: next.id,
        value: next,
        ifVersion,
      }),
    },
    pauses: { putting: () => ({}), lifting: () => ({}) },
  },
  reviews: { channels: { slack: moderators.channel }, excerpts: "public" },
  pauses: { until: async () => undefined, changed: async () => undefined },
  pauseAuthor: async () => undefined,
  writePolicy: async () => "the policy",
  admins: ["named"],
  ambient: { words: en, now: () => 2_000 },
} as unknown as ReviewPressDeps);

const press = (by: string, changes: Partial<ButtonPressed> = {}): ButtonPressed => ({
  kind: "pressed",
  deliveryIds: [],
  conversation: question.conversation,
  place: moderators,
  action: { name: "allowOnce", argument: "r1" },
  press: "p1",
  sentAt: 1,
  by: { id: by as PersonId, name: by, isBot: false },
  channelKind: "private",
  message: "N1" as MessageId,
  ...changes,
});

const operationsOf = (operations: readonly Operation[]) => operations.map(({ op }) => op);

describe("who presses", () => {
  it.each(["mod", "admin", "named"])("%s may decide", async (by) => {
    const { operations, told } = await presses.allowOnce(press(by), signal);
    expect(operationsOf(operations)).toEqual(["records.put", "queue.enqueue", "queue.enqueue"]);
    expect(told).toBe(en.reviews.decidedNow.allowed);
  });

  it.each(["allowOnce", "keepBlocked", "pausePerson", "liftPause", "showText", "showPolicy"] as const)(
    "somebody else may not: %s",
    async (name) => {
      managers = { C1: "mod", CMODS: "member" };
      expect(await presses[name](press("member"), signal)).toEqual({
        operations: [],
        told: en.reviews.notYours,
      });
    },
  );

  it("about a direct message, whoever manages the moderators' channel, and not the one who wrote it", async () => {
    review = { ...open, channelKind: "direct" };
    managers = { C1: "writer", CMODS: "mod" };
    expect((await presses.keepBlocked(press("writer"), signal)).told).toBe(en.reviews.notYours);
    expect((await presses.keepBlocked(press("mod"), signal)).told).toBe(en.reviews.decidedNow.kept);
    expect(asked).toEqual(["CMODS", "CMODS"]);
  });
});

describe("what is pressed", () => {
  it.each<[string, Partial<ButtonPressed>]>([
    ["under another message", { message: "N2" as MessageId }],
    ["in another channel", { place }],
    ["on another platform", { place: { ...moderators, platform: "discord" } }],
  ])("%s is nothing", async (_title, changes) => {
    const pressed = press("admin", changes);
    expect(await presses.showText(pressed, signal)).toEqual({ operations: [], told: en.reviews.unknown });
  });

  it("before it is known which message the notice became counts in the moderators' channel alone", async () => {
    const { notice: _notice, ...unposted } = open;
    review = unposted;
    expect((await presses.keepBlocked(press("admin"), signal)).told).toBe(en.reviews.decidedNow.kept);
    const elsewhere = press("admin", { place });
    expect((await presses.keepBlocked(elsewhere, signal)).told).toBe(en.reviews.unknown);
  });

  it("of a review that is gone is nothing", async () => {
    review = undefined;
    expect((await presses.allowOnce(press("admin"), signal)).told).toBe(en.reviews.unknown);
  });

  it("once something was decided, says who decided", async () => {
    review = { ...open, state: "kept", decidedBy: { id: "mod" as PersonId, name: "Mo" } };
    const { operations, told } = await presses.allowOnce(press("admin"), signal);
    expect(operations).toEqual([]);
    expect(told).toContain("`Mo` has decided to keep it blocked");
  });

  it("allows no message that is gone", async () => {
    const { question: _gone, excerpt: _words, ...silent } = open;
    review = silent;
    expect((await presses.allowOnce(press("admin"), signal)).told).toBe(en.reviews.tooLate);
    expect((await presses.showText(press("admin"), signal)).told).toBe(en.reviews.noText);
  });

  it("queues the question once, with exactly what was judged", async () => {
    const first = await presses.allowOnce(press("admin"), signal);
    const second = await presses.allowOnce(press("mod", { press: "p2" }), signal);
    const queued = [first, second].map(({ operations }) => operations[1]);
    expect(queued[0]).toMatchObject({
      key: question.conversation,
      payload: { kind: "message", text: "about poison", allowed: { hash: "h", by: "slack/T1/admin" } },
    });
    const ids = queued.map((each) => (each?.op === "queue.enqueue" ? each.ids : []));
    expect(ids[0]).toEqual(ids[1]);
  });

  it("shows a hostile text as nothing but text", async () => {
    review = { ...open, excerpt: "```\n<!channel> @everyone [x](https://evil.example)" };
    const { told } = await presses.showText(press("admin"), signal);
    expect(told?.startsWith("````\n")).toBe(true);
    expect(told?.endsWith("\n````")).toBe(true);
  });
});
