import { setTimeout as sleep } from "node:timers/promises";

import type { ChatPlace, Where } from "./chat-client.ts";
import { startParleyOn } from "./platforms.ts";
import type { LocalPlatform, PlatformTitle } from "./platforms.ts";

export interface RefusalStorm {
  readonly title: PlatformTitle;
  readonly what: string;
  readonly settings: string;
  /** A few refusals and one call that goes through, once more. */
  refuse(local: LocalPlatform): void;
}

/** What a rate is counted for, of one call. */
interface Call {
  readonly bucket: string;
  readonly at: number;
  readonly limited: boolean;
  readonly cameEarly: boolean;
}

const streams = ["chat.startStream", "chat.appendStream", "chat.stopStream"];
const messages = "/channels/:channel/messages";
const discordRoutes = [
  ["POST", messages],
  ["PATCH", `${messages}/:message`],
  ["POST", `${messages}/:message/threads`],
] as const;

export const storms: readonly RefusalStorm[] = [
  {
    title: "Slack over a socket",
    what: "of messages that are updated",
    settings: "slack: { streaming: update }",
    refuse: refuseInSlack("chat.postMessage", "chat.update"),
  },
  {
    title: "Slack over a socket",
    what: "of streams",
    settings: "slack: { streaming: native }",
    refuse: refuseInSlack("chat.postMessage", "chat.update", ...streams),
  },
  {
    title: "Discord",
    what: "by route",
    settings: "discord: { threads: open }",
    refuse: ({ discord }) => {
      for (const [method, route] of discordRoutes) {
        discord?.fail(method, route, { retryAfterSec: 1 }, 3);
        discord?.fail(method, route, { delayMs: 1 });
      }
    },
  },
  {
    title: "Discord",
    what: "for everything",
    settings: "discord: { threads: never }",
    refuse: ({ discord }) => {
      discord?.fail("*", /messages/, { retryAfterSec: 1, global: true }, 3);
      discord?.fail("*", /messages/, { delayMs: 1 });
    },
  },
];

const channels: readonly Where[] = ["general", "random"];
/** What is on its way when the first refusal comes can't know of it. */
const crossingMs = 300;

export interface RefusalReport {
  /** Questions, each of which has one answer that is whole. */
  readonly replies: number;
  readonly whole: readonly number[];
  readonly refused: number;
  readonly tooEarly: readonly unknown[];
  readonly metrics: string;
}

/** People may ask as much as they like. */
const unbounded = "flood: { repliesPerPersonPerMinute: 1000000, repliesPerChannelPerMinute: 1000000 }";

/** Asks for half of the time for which the platform refuses most of what Parley posts and edits. */
export async function stormOfRefusals(
  storm: RefusalStorm,
  { stormMs, replies }: { readonly stormMs: number; readonly replies: number },
): Promise<RefusalReport> {
  const { title, settings, refuse } = storm;
  await using parley = await startParleyOn(title, `${settings}\n${unbounded}`);
  const { chat, openai, local } = parley;
  openai.pace({ chunkDelayMs: 150 });
  openai.reply(({ messages: asked }) => {
    const number = /number (\d+)/.exec(String(asked.at(-1)?.content))?.[1];
    return `answer ${number}: ${"word ".repeat(35)}end ${number}`;
  });
  const perSecond = 20;
  for (let i = 0; i < (perSecond * stormMs) / 1_000; i++) refuse(local);
  const asked: ChatPlace[] = [];
  for (let i = 0; i < replies; i++) {
    const place = { as: i % 2 === 0 ? "ada" : "ben", channel: channels[i % 4 < 2 ? 0 : 1] } as ChatPlace;
    const { id } = await chat.post({ ...place, text: `@Parley number ${i}` });
    asked.push(settings.includes("never") ? place : { ...place, thread: id });
    await sleep(stormMs / 2 / replies);
  }
  await sleep(stormMs / 2);
  local.heal();

  const shown = async () => {
    const places = new Map(asked.map((place) => [`${place.channel}/${place.thread}`, place]));
    const seen = await Promise.all([...places.values()].map((place) => chat.messages(place)));
    return seen.flat().filter(({ isOwn }) => isOwn);
  };
  await chat.until(async () => {
    const own = await shown();
    return own.length >= replies && own.every(({ text, writing }) => !writing && /end \d+$/.test(text))
      ? true
      : undefined;
  }, "all answers");
  const whole = (await shown()).map(({ text }) => Number(/^answer (\d+): (?:word )+end \1$/.exec(text)?.[1]));
  const calls = callsOf(local);
  return {
    replies,
    whole: whole.toSorted((a, b) => a - b),
    refused: calls.filter(({ limited }) => limited).length,
    tooEarly: tooEarly(calls),
    metrics: await (await fetch(`${parley.url}/metrics`)).text(),
  };
}

function refuseInSlack(...methods: readonly string[]): RefusalStorm["refuse"] {
  return ({ slack }) => {
    for (const method of methods) {
      slack?.fail(method, { retryAfterSec: 1 }, 3);
      slack?.fail(method, { delayMs: 1 });
    }
  };
}

function callsOf({ slack, discord }: LocalPlatform): readonly Call[] {
  const ofSlack = slack?.calls.map(({ method, args, at, status, cameEarly }) => {
    const bucket = method === "chat.postMessage" ? `${method} ${String(args.channel)}` : method;
    return { bucket, at, limited: status === 429, cameEarly };
  });
  const ofDiscord = discord?.calls.map(({ method, route, path, at, status, cameEarly }) => {
    const bucket = `${method} ${route} ${path.split("/")[2] ?? ""}`;
    return { bucket, at, limited: status === 429, cameEarly };
  });
  return [...(ofSlack ?? []), ...(ofDiscord ?? [])];
}

/** Calls that came before their time, but for those that crossed the first refusal. */
function tooEarly(calls: readonly Call[]): readonly Call[] {
  const first = Math.min(...calls.filter(({ limited }) => limited).map(({ at }) => at));
  return calls.filter(({ bucket, at, cameEarly }) => {
    const ofBucket = calls.find((each) => each.bucket === bucket && each.limited)?.at ?? first;
    return cameEarly && at > Math.max(first, ofBucket) + crossingMs;
  });
}
