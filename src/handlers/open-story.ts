import { setTimeout as sleep } from "node:timers/promises";

import { AppError } from "../core/errors.ts";
import { identityOf } from "../core/event.ts";
import type { MessageCreated } from "../core/event.ts";
import type { CauseId, MessageId } from "../core/ids.ts";
import type { Platform } from "../core/platform.ts";
import { fenceReply } from "./fenced-reply.ts";
import type { HeldClaim } from "./lease.ts";
import type { AnswerAgain, ChatMessageDeps, Story, StoryState } from "./story.ts";

type OpenDeps = Pick<ChatMessageDeps, "platformOf" | "storage" | "ambient">;

/**
 * Takes up the story of a claim where it was left. Where a message was being posted and nobody wrote down what became of
 * it, that is looked up first. @throws AppError `platform_*`, `aborted`
 */
export async function openStory(claim: HeldClaim, deps: OpenDeps, signal: AbortSignal): Promise<Story> {
  const { last, platform, cause, ...story } = readStory(claim, deps);
  await platform.ready(signal);
  const state = claim.state as StoryState | undefined;
  const known = state?.posted ?? story.posted;
  const waitMs = leftMs(state?.posting);
  const found = waitMs === undefined ? [] : await lookUp({ platform, last, cause, known, waitMs }, signal);
  const posted = [...new Set([...known, ...found])];
  const opened = { ...story, last, platform, cause, posted };
  const edition = story.again && { edition: story.again.edition };
  const reply = platform.openReply(last.place, {
    cause,
    asker: last.author.id,
    posted: [...posted],
    ...edition,
  });
  return Object.assign(opened, { reply: fenceReply(opened, reply, deps) });

  /** Until a message of which nobody knows stands, or never will. The clock may have been set meanwhile. */
  function leftMs(posting: number | undefined): number | undefined {
    if (posting === undefined) return undefined;
    const requestMs = platform.abilities.postsOnce ? 0 : platform.limits.requestMs;
    return Math.min(Math.max(posting + requestMs - deps.ambient.now(), 0), requestMs);
  }
}

/** A story as it is written down, without looking for more. @throws AppError `internal` */
export function readStory(
  claim: HeldClaim,
  { platformOf }: Pick<OpenDeps, "platformOf">,
): Omit<Story, "reply"> {
  const entries = claim.entries.map((entry) => entry.payload as MessageCreated | AnswerAgain);
  const asked = entries.filter((entry) => entry.kind === "message");
  // Something new was asked since: then the earlier answer is no longer the newest, and stays as it is.
  const again = asked.length > 0 ? undefined : entries.findLast((entry) => entry.kind === "again");
  const [oldest] = asked;
  // In the order in which they were written: what came in late is not what was said last.
  const [first, ...more] = again?.questions ?? asked.toSorted((a, b) => a.sentAt - b.sentAt);
  const cause = again?.cause ?? (oldest && (`reply:${identityOf(oldest)}` as CauseId));
  if (first === undefined || cause === undefined) throw new AppError("internal", "a claim without entries");
  const last = more.at(-1) ?? first;
  const state = claim.state as StoryState | undefined;
  return {
    claim,
    platform: platformOf(last.place),
    questions: [first, ...more],
    last,
    cause,
    again,
    posted: [...(state?.posted ?? again?.messages ?? [])],
    posting: undefined,
    told: new Set(state?.told),
    ending: state?.ending,
  };
}

/** What was posted under the cause; where nothing new is found, once more when a request on the wire has arrived. */
async function lookUp(
  question: {
    readonly platform: Platform;
    readonly last: MessageCreated;
    readonly cause: CauseId;
    readonly known: readonly MessageId[];
    readonly waitMs: number;
  },
  signal: AbortSignal,
): Promise<readonly MessageId[]> {
  const { platform, last, cause, known, waitMs } = question;
  const find = () => platform.findPosted(last.place, cause, signal);
  const found = await find();
  if (waitMs === 0 || found.some((message) => !known.includes(message))) return found;
  await sleep(waitMs, undefined, { signal }).catch(() => {
    throw new AppError("aborted", "the look-up was given up", { cause: signal.reason });
  });
  return find();
}
