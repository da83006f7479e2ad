import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";

import { en } from "../../src/core/words/en.ts";
import type { ChatPlace } from "../support/chat-client.ts";
import type { DiscordServer } from "../support/discord-server.ts";
import { startParleyOn } from "../support/platforms.ts";
import type { LocalPlatform, ParleyOnPlatform, PlatformTitle } from "../support/platforms.ts";
import type { SlackServer } from "../support/slack-server.ts";

type SlackFault = Parameters<SlackServer["fail"]>[1];
type DiscordFault = Parameters<DiscordServer["fail"]>[2];

/** When something goes wrong with a reply. */
type Moment = "the first post" | "an edit while it grows" | "the last edit";

/** What becomes of the reply. */
type End =
  /** The whole answer stands where it was asked, once. */
  | "answered"
  /** The asker has it directly. */
  | "elsewhere"
  /** Nobody has it; the operator is told. */
  | "set aside"
  /** Somebody took it away, and it is not posted again. */
  | "deleted";

interface Trouble {
  readonly what: string;
  readonly moments: readonly Moment[];
  /** Called when the moment is near; `thread` is where the reply goes. */
  begin(local: LocalPlatform, moment: Moment, thread: ChatPlace): unknown;
  readonly end: End;
  /** Of the kind that changes something; a loop makes hundreds. */
  readonly maxCalls?: number;
  readonly settings?: string;
}

const moments: readonly Moment[] = ["the first post", "an edit while it grows", "the last edit"];
const edits: readonly Moment[] = ["an edit while it grows", "the last edit"];
const [firstPost]: readonly Moment[] = moments;
const forEver = 1_000_000;

const early = ["alpha", "bravo", "charlie", "delta"];
const late = Array.from({ length: 24 }, (_, i) => `word${i}`);
const whole = [...early, ...late].join(" ");

const slackMethod = (moment: Moment) => (moment === firstPost ? "chat.postMessage" : "chat.update");
const nativeMethods: Readonly<Record<Moment, string>> = {
  "the first post": "chat.startStream",
  "an edit while it grows": "chat.appendStream",
  "the last edit": "chat.stopStream",
};

function inSlack(fault: SlackFault, times = 1): Trouble["begin"] {
  return ({ slack }, moment) => slack?.fail(slackMethod(moment), fault, times);
}

function inStream(fault: SlackFault, times = 1): Trouble["begin"] {
  return ({ slack }, moment) => slack?.fail(nativeMethods[moment], fault, times);
}

function inDiscord(fault: DiscordFault, times = 1): Trouble["begin"] {
  return ({ discord }, moment) => {
    const messages = "/channels/:channel/messages";
    if (moment === firstPost) discord?.fail("POST", messages, fault, times);
    else discord?.fail("PATCH", `${messages}/:message`, fault, times);
  };
}

const passing = (
  inPlatform: (fault: SlackFault & DiscordFault, times?: number) => Trouble["begin"],
): readonly Trouble[] => [
  { what: "429", moments, begin: inPlatform({ retryAfterSec: 1 }, 2), end: "answered" },
  { what: "503 for a while", moments, begin: inPlatform({ status: 503 }, 4), end: "answered", maxCalls: 20 },
  { what: "a lost answer", moments, begin: inPlatform({ loseResponse: "close" }), end: "answered" },
];

const deletedByHand: Trouble = {
  what: "a message that somebody deletes",
  moments: edits,
  async begin({ chat, slack, discord }, _moment, thread) {
    const { id } = await chat.writing(thread);
    slack?.remove({ as: slack.users.ada, message: { channel: slack.channels.general, ts: id } });
    discord?.remove({ as: discord.people.ada, message: id });
  },
  end: "deleted",
};

const ofDiscord: readonly Trouble[] = [
  ...passing(inDiscord),
  {
    what: "no answer at all",
    moments: ["the first post", "the last edit"],
    begin: inDiscord({ hang: true }),
    end: "answered",
  },
  deletedByHand,
  {
    what: "429 for everything",
    moments: ["the last edit"],
    begin: inDiscord({ retryAfterSec: 1, global: true }, 2),
    end: "answered",
  },
  {
    what: "a channel that is deleted",
    moments,
    begin: ({ discord }) => discord?.removeChannel(discord.channels.general),
    end: "elsewhere",
  },
  ...[50_001, 50_013].map((code): Trouble => ({
    what: `a missing right (${code}) to edit`,
    moments: edits,
    begin: inDiscord({ status: 403, code }, forEver),
    end: "elsewhere",
  })),
  {
    what: "a channel that can't be seen any more",
    moments: ["the first post"],
    begin: ({ discord }) =>
      discord?.setOverwrite(discord.channels.general, { id: discord.bot.id, type: "member", deny: 1_024n }),
    end: "elsewhere",
  },
  {
    what: "a thread that falls asleep",
    moments: edits,
    begin: ({ discord }, _moment, { thread = "" }) =>
      discord?.changeThread({ as: discord.people.owner, thread, archived: true }),
    end: "answered",
  },
  {
    what: "a sleeping thread that refuses a post",
    moments: ["the first post"],
    begin: inDiscord({ status: 400, code: 50_083 }),
    end: "answered",
  },
  {
    what: "a thread that is locked and asleep",
    moments: edits,
    begin: ({ discord }, _moment, { thread = "" }) =>
      discord?.changeThread({ as: discord.people.owner, thread, archived: true, locked: true }),
    end: "elsewhere",
  },
  {
    what: "no thread that could be opened",
    moments: ["the first post"],
    begin: ({ discord }) =>
      discord?.fail("POST", "/channels/:channel/messages/:message/threads", { status: 403, code: 50_013 }),
    end: "answered",
  },
  {
    what: "a person who takes no direct messages, in a channel that is gone",
    moments: ["the first post", "the last edit"],
    begin({ discord }) {
      discord?.removeChannel(discord.channels.general);
      discord?.closeDms(discord.people.bo, true);
    },
    end: "set aside",
  },
];

const native = "slack: { streaming: native }";
const ofSlack: readonly Trouble[] = [
  ...passing(inSlack),
  {
    what: "no answer at all to what was done",
    moments: ["the first post", "the last edit"],
    begin: inSlack({ hangAfter: true }),
    end: "answered",
  },
  deletedByHand,
  ...passing(inStream).map((trouble) => ({
    ...trouble,
    what: `${trouble.what}, in a stream`,
    settings: native,
  })),
  { ...deletedByHand, what: "a stream that somebody deletes", settings: native },
  {
    what: "a stream that Slack ended (message_not_in_streaming_state)",
    moments: edits,
    begin: inStream({ error: "message_not_in_streaming_state" }),
    end: "answered",
    settings: native,
  },
  {
    what: "a text that is too long (msg_too_long)",
    moments,
    begin: inSlack({ error: "msg_too_long" }),
    end: "answered",
  },
  {
    what: "a text that is always too long (msg_too_long)",
    moments: edits,
    begin: inSlack({ error: "msg_too_long" }, forEver),
    end: "elsewhere",
  },
  {
    what: "an archived channel",
    moments,
    begin: ({ slack }) =>
      slack?.changeChannel({ kind: "archive", as: slack.users.ada, channel: slack.channels.general }),
    end: "elsewhere",
  },
  {
    what: "an archived channel, in a stream",
    moments,
    begin: ({ slack }) =>
      slack?.changeChannel({ kind: "archive", as: slack.users.ada, channel: slack.channels.general }),
    end: "elsewhere",
    settings: native,
  },
  {
    what: "a channel that Parley was taken out of (not_in_channel)",
    moments: ["the first post"],
    begin: ({ slack }) =>
      slack?.changeChannel({
        kind: "kick",
        as: slack.users.ada,
        channel: slack.channels.general,
        user: slack.bot.userId,
      }),
    end: "elsewhere",
  },
  ...["not_in_channel", "channel_not_found"].map((error): Trouble => ({
    what: error,
    moments: edits,
    begin: inSlack({ error }, forEver),
    end: "elsewhere",
  })),
  {
    what: "a right to post that was taken back (missing_scope)",
    moments,
    begin: ({ slack }) =>
      slack?.grantScopes(["channels:history", "groups:history", "im:history", "im:write"]),
    end: "set aside",
  },
];

const tables = [
  ["Discord", ofDiscord],
  ["Slack over a socket", ofSlack],
] as const;

describe.each<readonly [PlatformTitle, readonly Trouble[]]>(tables)(
  "in %s",
  { timeout: 60_000 },
  (title, troubles) => {
    const rows = troubles.flatMap((trouble) => trouble.moments.map((moment) => ({ ...trouble, moment })));

    it.concurrent.each(rows)(
      "$what at $moment: $end",
      async ({ begin, moment, end, maxCalls = 12, settings }) => {
        await using parley = await startParleyOn(title, settings ?? "slack: { streaming: update }");
        const { chat, openai, local } = parley;
        const platform = title === "Discord" ? "discord" : "slack";
        const gate = Promise.withResolvers<void>();
        openai.reply({ text: tell(moment, gate.promise) });
        const { id } = await chat.post({ as: "ben", channel: "general", text: "@Parley count" });
        const thread: ChatPlace = { as: "ben", channel: "general", thread: id };
        if (moment === firstPost) await chat.until(async () => openai.chatRequests[0], "the question");
        else await chat.until(async () => shows(parley, thread, "delta"), "the beginning");
        await begin(local, moment, thread);
        gate.resolve();

        const outcome = end === "deleted" ? "answered" : end.replace(" ", "_");
        const ended = () =>
          chat.until(async () => {
            const text = await (await fetch(`${parley.url}/metrics`)).text();
            return (
              text.includes(`parley_replies_total{platform="${platform}",outcome="${outcome}"} 1`) ||
              undefined
            );
          }, `the end: ${outcome}`);
        // A call that is never answered is given up after 15 s.
        await ended().catch(ended);
        const callsAtEnd = changes(local);
        expect(callsAtEnd).toBeLessThanOrEqual(maxCalls);

        const direct: ChatPlace = { as: "ben", channel: "dm-ben" };
        const sent = (await chat.messages(direct)).filter(({ isOwn }) => isOwn).map(({ text }) => text);
        expect(sent).toEqual(end === "elsewhere" ? [`${en.elsewhere}\n\n${whole}`] : []);
        if (end === "answered" || end === "deleted") {
          const there = await ownIn(parley, thread);
          const { as, channel } = thread;
          const beside = (await ownIn(parley, { as, channel })).filter(({ id: own }) =>
            there.every((each) => each.id !== own),
          );
          expect([...there, ...beside]).toMatchObject(
            end === "answered" ? [{ text: whole, writing: false }] : [],
          );
        }
        const setAside = end === "set aside" ? 1 : 0;
        const inbox = { ok: true, detail: `0 waiting, 0 under way, ${setAside} set aside.` };
        await chat.until(async () => {
          const { parts } = (await (await fetch(`${parley.url}/readyz`)).json()) as Ready;
          return isDeepStrictEqual(parts.inbox, inbox) ? true : undefined;
        }, inbox.detail);
        const records = parley.log.filter(
          ({ level, message }) => level === "error" && message === "set aside",
        );
        expect(records).toHaveLength(setAside);
        await sleep(300);
        expect(changes(local)).toBe(callsAtEnd);
      },
    );
  },
);

interface Ready {
  readonly parts: Readonly<Record<string, unknown>>;
}

/** Waits for the gate at the moment in question; words come slowly enough for the reply to grow meanwhile. */
async function* tell(moment: Moment, gate: Promise<void>): AsyncIterable<string> {
  if (moment === firstPost) await gate;
  yield early.join(" ");
  if (moment !== firstPost) await gate;
  for (const word of late) {
    yield ` ${word}`;
    if (moment !== "the last edit") await sleep(60);
  }
}

async function ownIn({ chat }: ParleyOnPlatform, place: ChatPlace) {
  return (await chat.messages(place).catch(() => [])).filter(({ isOwn }) => isOwn);
}

async function shows(parley: ParleyOnPlatform, place: ChatPlace, text: string): Promise<true | undefined> {
  const own = await ownIn(parley, place);
  return own.some((each) => each.text.includes(text)) ? true : undefined;
}

/** Calls so far that post, change or take away something. */
function changes({ slack, discord }: LocalPlatform): number {
  const posting = /^chat\.|^conversations\.open/;
  return slack
    ? slack.calls.filter(({ method }) => posting.test(method)).length
    : (discord?.calls ?? []).filter(({ method, route }) => method !== "GET" && !route.endsWith("/typing"))
        .length;
}
