import { setTimeout as sleep } from "node:timers/promises";

import { AppError, toAppError } from "../core/errors.ts";
import { identityOf, identityOfCommand, identityOfMessage } from "../core/event.ts";
import type { EventIgnored, MessageCreated, MessageEdited, PlatformEvent } from "../core/event.ts";
import { joinKey, personKey } from "../core/ids.ts";
import type { PersonId } from "../core/ids.ts";
import type { Intake } from "../core/platform.ts";
import type { EventOutcome, Logger, Metrics, Now } from "../core/ports.ts";
import { remedyFor } from "../core/remedy.ts";
import type { Remedy } from "../core/remedy.ts";
import type { Claim, Enqueue, Lane, Queue } from "../core/storage.ts";
import type { Participation } from "../core/stores.ts";
import type { HandleChatMessage } from "./chat-message.ts";
import { createConsumer } from "./consumer.ts";
import { describeError } from "./explain.ts";
import type { HandleFailure } from "./failed-message.ts";
import type { ReplyOverwritten } from "./fenced-reply.ts";
import type { FoldSummary } from "./fold-summary.ts";
import type { JudgeReply, ReplyShown } from "./judge-reply.ts";
import type { HeldClaim } from "./lease.ts";
import type { HandleOverwritten } from "./mend-reply.ts";
import type { HandleMessageDeleted } from "./message-deleted.ts";
import type { HandleMessageEdited } from "./message-edited.ts";
import type { HandleReacted } from "./note-reaction.ts";
import type { ReportReview, ReviewDue } from "./report-review.ts";
import type { HandleCommand } from "./run-command.ts";
import type { HandlePress } from "./run-press.ts";
import type { HandleStopRequested } from "./stop-requested.ts";
import type { AnswerAgain } from "./story.ts";
import type { SummaryDue } from "./summary-due.ts";
import type { MayAnswer } from "./taking-part.ts";

export interface Dispatch {
  readonly intake: Intake;
  start(): void;
  /** Claims nothing more, waits for what is under way, and after `drainMs` hands it back to be resumed. */
  stop(drainMs: number): Promise<void>;
}

export interface DispatchHandlers {
  readonly chatMessage: HandleChatMessage;
  readonly failedMessage: HandleFailure;
  readonly command: HandleCommand;
  readonly failedCommand: HandleFailure;
  readonly press: HandlePress;
  readonly failedPress: HandleFailure;
  readonly reacted: HandleReacted;
  readonly messageEdited: HandleMessageEdited;
  readonly messageDeleted: HandleMessageDeleted;
  readonly stopRequested: HandleStopRequested;
  readonly overwritten: HandleOverwritten;
  readonly foldSummary: FoldSummary;
  readonly reportReview: ReportReview;
  readonly judgeReply: JudgeReply;
}

type HandledEvent = Exclude<PlatformEvent, EventIgnored>;
/** What an entry of the inbox holds. */
type InboxEvent = HandledEvent | ReplyOverwritten | ReplyShown | AnswerAgain | SummaryDue | ReviewDue;

const retryDelayMs = 1_000;
const maxBurst = 20;
const controlAtOnce = 16;
/** Events on their way into the inbox at the same time. */
const rush = 10;
const calmEveryMs = 10;
const longestRushMs = 1_000;

/**
 * The way of every event: into the inbox, once; out of it in the order of its conversation; to its handler; and where
 * that fails, to a sentence that explains it.
 */
export function createDispatch(deps: {
  readonly queue: Queue;
  readonly participation: Participation;
  readonly mayAnswer: MayAnswer;
  readonly handlers: DispatchHandlers;
  readonly settings: {
    readonly burst: "together" | "each";
    readonly concurrency: number;
    /** Bots that are answered. */
    readonly bots: readonly string[];
    /** How long an instance that stands still keeps what it had taken on. */
    readonly leaseMs: number;
    /** A message that is known by an edit alone, and older than this, is not answered. */
    readonly standInMs: number;
    /** For how long what moderation could not judge is tried again. */
    readonly unjudgedMs: number;
  };
  readonly ambient: { readonly log: Logger; readonly metrics: Metrics; readonly now: Now };
}): Dispatch {
  const { queue, participation, mayAnswer, handlers, settings } = deps;
  const { log, metrics, now } = deps.ambient;
  const { leaseMs } = settings;
  /** Events that are on their way into the inbox. */
  let taking = 0;
  const consumer = (lane: Lane, atOnce: number, maxEntries: number) =>
    createConsumer({ queue, lane, atOnce, maxEntries, leaseMs, calm, run: handleClaim, log });
  const consumers = [
    consumer("main", settings.concurrency, settings.burst === "together" ? maxBurst : 1),
    consumer("control", controlAtOnce, 1),
  ];

  return {
    async intake(event) {
      taking++;
      try {
        const stand = event.kind === "edited" ? await standIn(event) : undefined;
        if (stand === undefined || (await take(stand)) !== "accepted") await take(event);
      } finally {
        taking--;
      }
    },
    start() {
      for (const each of consumers) each.start();
    },
    async stop(drainMs) {
      await Promise.all(consumers.map((each) => each.stop(drainMs)));
    },
  };

  /** In a rush of events these come first: a platform waits for its acks, and delivers again what it waited for too long. */
  async function calm(): Promise<void> {
    const isRush = () => taking > rush;
    for (let waitedMs = 0; isRush() && waitedMs < longestRushMs; waitedMs += calmEveryMs)
      await sleep(calmEveryMs);
  }

  /** Puts an event into the inbox, unless it was there before or is nobody's. */
  async function take(event: PlatformEvent): Promise<EventOutcome> {
    const reason = reasonToIgnore(event, settings.bots) ?? (await reasonToStayOut(event));
    if (reason !== undefined) {
      log.debug({ kind: event.kind, reason }, "event ignored");
      if (event.kind !== "ignored") metrics.eventTaken(event.place.platform, event.kind, "ignored");
      return "ignored";
    }
    const handled = event as HandledEvent;
    const joins = callsIntoThread(handled) && (await isFirstCall(handled));
    // Asked for together, both are in one commit.
    const [accepted] = await Promise.all([
      queue.enqueue(entryOf(handled)),
      joins && participation.join(handled.conversation, handled.sentAt),
    ]);
    const outcome = accepted ? "accepted" : "known";
    metrics.eventTaken(handled.place.platform, handled.kind, outcome);
    log.debug(
      { kind: event.kind, key: entryOf(handled).key, accepted },
      accepted ? "event accepted" : "event known already",
    );
    return outcome;
  }

  /** A message that was edited before it came in stands as it was edited; when it comes after all, it is known. */
  async function standIn(event: MessageEdited): Promise<MessageCreated | undefined> {
    if (now() - event.sentAt > settings.standInMs) return undefined;
    const identities = [identityOfMessage, identityOfCommand].map((of) => of(event.place, event.message));
    const seen = await Promise.all(identities.map((identity) => queue.seen(identity)));
    if (seen.includes(true)) return undefined;
    // The delivery is the edit's, and may be needed for that.
    return { ...event, kind: "message", deliveryIds: [] };
  }

  async function reasonToStayOut(event: PlatformEvent): Promise<string | undefined> {
    if (event.kind !== "message") return undefined;
    const part = await mayAnswer(event);
    return part.kind === "stayOut" ? part.reason : undefined;
  }

  async function isFirstCall({ conversation, sentAt }: MessageCreated): Promise<boolean> {
    const joinedAt = await participation.joinedAt(conversation);
    return joinedAt === undefined || sentAt < joinedAt;
  }

  async function handleClaim(claim: HeldClaim, shutdown: AbortSignal): Promise<void> {
    try {
      await handle(claim, shutdown);
    } catch (thrown) {
      await recover(claim, thrown, shutdown);
    }
  }

  async function handle(claim: HeldClaim, shutdown: AbortSignal): Promise<void> {
    const event = eventOf(claim);
    switch (event.kind) {
      case "message":
      case "again":
        return handlers.chatMessage(claim, shutdown);
      case "command":
        return handlers.command(claim, shutdown);
      case "edited":
        await handlers.messageEdited(event, shutdown);
        break;
      case "deleted":
        await handlers.messageDeleted(event, shutdown);
        break;
      case "pressed":
        if (!isStop(event)) return handlers.press(claim, shutdown);
        await handlers.stopRequested(event);
        break;
      case "reacted":
        await handlers.reacted(event, shutdown);
        break;
      case "summary":
        await handlers.foldSummary(event, AbortSignal.any([shutdown, claim.lease.lost]));
        break;
      case "review":
        await handlers.reportReview(event, AbortSignal.any([shutdown, claim.lease.lost]));
        break;
      case "shown":
        await handlers.judgeReply(event, AbortSignal.any([shutdown, claim.lease.lost]));
        break;
      case "overwritten":
        return handlers.overwritten(claim, event, shutdown);
      default:
        return event satisfies never;
    }
    await queue.finish(claim.token);
  }

  /** The one error boundary. A remedy may fail too: what the person is to read is kept by then, and is tried again. */
  async function recover(claim: HeldClaim, thrown: unknown, shutdown: AbortSignal): Promise<void> {
    const error = claim.lease.lost.aborted ? superseded() : toAppError(thrown);
    try {
      await remedy(claim, error, shutdown, remedyOf);
    } catch (failure) {
      await recoverAgain(claim, failure, shutdown);
    }
  }

  async function recoverAgain(claim: HeldClaim, failure: unknown, shutdown: AbortSignal): Promise<void> {
    try {
      await remedy(claim, toAppError(failure), shutdown, (...failed) => {
        const next = remedyOf(...failed);
        return next.kind === "retry" ? next : { kind: "setAside" };
      });
    } catch (last) {
      // The claim runs out by itself and is taken up again.
      const fields = { conversation: claim.key, ...describeError(toAppError(last)) };
      log.error(fields, "a failed claim could not be closed");
      await sleep(retryDelayMs, undefined, { signal: shutdown }).catch(() => undefined);
    }
  }

  function remedyOf(claim: HeldClaim, error: AppError): Remedy {
    const [first] = claim.entries;
    const tries = { attempt: attemptOf(claim), ageMs: now() - first.enqueuedAt };
    const { unjudgedMs } = settings;
    return remedyFor(error, { ...tries, isAwaited: isAwaited(eventOf(claim)), unjudgedMs });
  }

  function failureOf({ kind }: InboxEvent): HandleFailure {
    if (kind === "command") return handlers.failedCommand;
    return kind === "pressed" ? handlers.failedPress : handlers.failedMessage;
  }

  async function remedy(
    claim: HeldClaim,
    error: AppError,
    shutdown: AbortSignal,
    choose: typeof remedyOf,
  ): Promise<void> {
    const fields = { conversation: claim.key, attempt: attemptOf(claim), ...describeError(error) };
    if (error.code === "superseded") return log.warn(fields, "claim superseded");
    if (shutdown.aborted) {
      log.info(fields, "handed back to be resumed");
      return queue.retry(claim.token, now());
    }
    const chosen = choose(claim, error);
    const isCommand = eventOf(claim).kind === "command";
    const failure = failureOf(eventOf(claim));
    switch (chosen.kind) {
      case "retry":
        log.warn({ ...fields, delayMs: chosen.delayMs }, "trying again");
        if (chosen.isTold) await failure.tellDelayed(claim, shutdown);
        return queue.retry(claim.token, now() + chosen.delayMs);
      case "explain":
        return failure.explain(claim, error, chosen.setAside, shutdown);
      case "notify":
        log.info(fields, "told to wait");
        return failure.notify(claim, error, shutdown);
      case "elsewhere":
        log.warn(fields, "answering the person directly");
        return failure.answerElsewhere(claim, error, shutdown);
      case "setAside":
        log.error(fields, "set aside");
        if (isCommand) metrics.commandEnded(eventOf(claim).place.platform, "failed");
        else metrics.storyEnded(eventOf(claim).place.platform, "setAside");
        return queue.finish(claim.token, { setAside: error.code });
      default:
        return chosen satisfies never;
    }
  }
}

function isStop(event: InboxEvent): boolean {
  return event.kind === "pressed" && event.action.name === "stop";
}

/** Whether somebody waits for what comes of it. */
function isAwaited(event: InboxEvent): boolean {
  const { kind } = event;
  return (
    kind === "message" || kind === "again" || kind === "command" || (kind === "pressed" && !isStop(event))
  );
}

function eventOf(claim: Claim): InboxEvent {
  return claim.entries[0].payload as InboxEvent;
}

function superseded(): AppError {
  return new AppError("superseded", "the claim was taken over by another");
}

function attemptOf(claim: HeldClaim): number {
  return Math.max(...claim.entries.map((entry) => entry.attempt));
}

function reasonToIgnore(event: PlatformEvent, bots: readonly string[]): string | undefined {
  if (event.kind === "ignored") return event.reason;
  if (event.kind === "command") return event.by.isBot ? "given by a bot" : undefined;
  if (event.kind !== "message") return undefined;
  if (event.author.isBot && !bots.includes(event.author.id)) return "written by a bot";
  if (event.text.trim() === "" && event.attachments.length === 0) return "empty";
  return undefined;
}

function callsIntoThread(event: HandledEvent): event is MessageCreated {
  return event.kind === "message" && event.addressed === "mention" && event.place.thread !== undefined;
}

function entryOf(event: HandledEvent): Enqueue {
  const { platform, workspace } = event.place;
  const author = authorOf(event);
  const identity = identityOf(event);
  const isControl = event.kind === "edited" || event.kind === "deleted" || isStop(event);
  return {
    key: keyOf(event),
    ids: [identity, ...event.deliveryIds.map((id) => `delivery/${platform}/${id}`)],
    payload: event,
    lane: isControl ? "control" : "main",
    people: author === undefined ? [] : [personKey(platform, workspace, author)],
  };
}

/** What has to stay in order. */
function keyOf(event: HandledEvent): string {
  // Neither waits for a reply that is being written, nor holds one up.
  if (event.kind === "command" || (event.kind === "pressed" && !isStop(event))) return identityOf(event);
  if (event.kind !== "reacted") return event.conversation;
  const { platform, workspace, channel } = event.place;
  return joinKey("reacted", platform, workspace, channel, event.message, event.by);
}

function authorOf(event: HandledEvent): PersonId | undefined {
  if (event.kind === "command" || event.kind === "pressed") return event.by.id;
  if (event.kind === "reacted") return event.by;
  return event.kind === "deleted" ? undefined : event.author.id;
}
