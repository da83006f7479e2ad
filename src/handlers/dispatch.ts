import { setTimeout as sleep } from "node:timers/promises";

import { toAppError } from "../core/errors.ts";
import { identityOf } from "../core/event.ts";
import type { EventIgnored, PlatformEvent } from "../core/event.ts";
import { personKey } from "../core/ids.ts";
import type { CauseId } from "../core/ids.ts";
import type { Intake, Logger, Now } from "../core/ports.ts";
import type { Claim, Enqueue, Lane, Queue } from "../core/storage.ts";
import type { Participation } from "../core/stores.ts";
import type { HandleChatMessage } from "./chat-message.ts";
import { createConsumer } from "./consumer.ts";
import type { Explain } from "./explain.ts";
import { describeError } from "./explain.ts";
import type { HandleMessageDeleted } from "./message-deleted.ts";
import type { HandleMessageEdited } from "./message-edited.ts";
import type { HandleStopRequested } from "./stop-requested.ts";
import type { ChatMessageDeps } from "./story.ts";

export interface Dispatch {
  readonly intake: Intake;
  start(): void;
  /** Claims nothing more, waits for what is under way, and after `drainMs` hands it back to be resumed. */
  stop(drainMs: number): Promise<void>;
}

export interface DispatchHandlers {
  readonly chatMessage: HandleChatMessage;
  readonly messageEdited: HandleMessageEdited;
  readonly messageDeleted: HandleMessageDeleted;
  readonly stopRequested: HandleStopRequested;
}

type HandledEvent = Exclude<PlatformEvent, EventIgnored>;

/** An entry that failed so often by no fault of the model service is explained and set aside. */
const maxAttempts = 3;
const retryDelayMs = 1_000;
const maxBurst = 20;
const controlAtOnce = 16;

/**
 * The way of every event: into the inbox, once; out of it in the order of its conversation; to its handler; and where
 * that fails, to a sentence that explains it.
 */
export function createDispatch(deps: {
  readonly queue: Queue;
  readonly participation: Participation;
  readonly platformOf: ChatMessageDeps["platformOf"];
  readonly handlers: DispatchHandlers;
  readonly settings: { readonly burst: "together" | "each"; readonly concurrency: number };
  readonly ambient: { readonly explain: Explain; readonly log: Logger; readonly now: Now };
}): Dispatch {
  const { queue, participation, handlers, settings } = deps;
  const { explain, log, now } = deps.ambient;
  const consumer = (lane: Lane, atOnce: number, maxEntries: number) =>
    createConsumer({ queue, lane, atOnce, maxEntries, run: handleClaim, log });
  const consumers = [
    consumer("main", settings.concurrency, settings.burst === "together" ? maxBurst : 1),
    consumer("control", controlAtOnce, 1),
  ];

  return {
    async intake(event) {
      const reason = reasonToIgnore(event) ?? (await reasonToStayOut(event));
      if (reason !== undefined) {
        log.debug({ kind: event.kind, reason }, "event ignored");
        return;
      }
      const handled = event as HandledEvent;
      // Asked for together, both are in one commit.
      const [accepted] = await Promise.all([
        queue.enqueue(entryOf(handled)),
        callsIntoThread(handled) && participation.join(handled.conversation),
      ]);
      log.debug(
        { kind: event.kind, conversation: handled.conversation, accepted },
        accepted ? "event accepted" : "event known already",
      );
    },
    start() {
      for (const each of consumers) each.start();
    },
    async stop(drainMs) {
      await Promise.all(consumers.map((each) => each.stop(drainMs)));
    },
  };

  /** In a thread Parley answers without being named, once it was named there. */
  async function reasonToStayOut(event: PlatformEvent): Promise<string | undefined> {
    if (event.kind !== "message" || event.addressed !== "thread") return undefined;
    return (await participation.joined(event.conversation)) ? undefined : "in a thread of others";
  }

  async function handleClaim(claim: Claim, shutdown: AbortSignal): Promise<void> {
    try {
      await handle(claim, shutdown);
    } catch (thrown) {
      await recover(claim, thrown, shutdown);
    }
  }

  async function handle(claim: Claim, shutdown: AbortSignal): Promise<void> {
    const event = claim.entries[0].payload as HandledEvent;
    switch (event.kind) {
      case "message":
        return handlers.chatMessage(claim, shutdown);
      case "edited":
        await handlers.messageEdited(event, shutdown);
        break;
      case "deleted":
        await handlers.messageDeleted(event);
        break;
      case "stop":
        await handlers.stopRequested(event);
        break;
      default:
        return event satisfies never;
    }
    await queue.finish(claim.token);
  }

  /** The one error boundary: hand back, try again, or explain to the person and set aside. */
  async function recover(claim: Claim, thrown: unknown, shutdown: AbortSignal): Promise<void> {
    const error = toAppError(thrown);
    const attempt = Math.max(...claim.entries.map((entry) => entry.attempt));
    const fields = { conversation: claim.key, attempt };
    // Nobody waits for the answer to an edit or a deletion, so those can wait for the model service too.
    const mendable = isOurs(error.code) || (claim.entries[0].payload as HandledEvent).kind !== "message";
    try {
      if (error.code === "superseded") {
        log.warn(fields, "claim superseded");
      } else if (shutdown.aborted) {
        log.info(fields, "handed back to be resumed");
        await queue.retry(claim.token, now());
      } else if (mendable && attempt < maxAttempts) {
        log.warn({ ...fields, ...describeError(error) }, "trying again");
        await queue.retry(claim.token, now() + retryDelayMs * 2 ** (attempt - 1));
      } else {
        const told = await explainTo(claim, error, shutdown);
        await queue.finish(claim.token, mendable || !told ? { setAside: error.code } : {});
      }
    } catch (failure) {
      // The claim runs out by itself and is taken up again.
      log.error({ ...fields, ...describeError(toAppError(failure)) }, "a failed claim could not be closed");
      await sleep(retryDelayMs, undefined, { signal: shutdown }).catch(() => undefined);
    }
  }

  /** Posts why there is no answer, in place of the answer. */
  async function explainTo(claim: Claim, error: unknown, signal: AbortSignal): Promise<boolean> {
    const event = claim.entries.at(-1)?.payload as HandledEvent;
    const text = explain(error, { conversation: claim.key, kind: event.kind });
    if (event.kind !== "message") return true;
    try {
      const platform = deps.platformOf(event.place);
      const cause = `reply:${identityOf(claim.entries[0].payload as HandledEvent)}` as CauseId;
      const posted = await platform.findPosted(event.place, cause, signal);
      const reply = platform.openReply(event.place, { cause, asker: event.author.id, posted });
      await reply.show([text], { final: true, buttons: [], onPosted: async () => undefined, signal });
      return true;
    } catch (failure) {
      log.error(
        { conversation: claim.key, ...describeError(toAppError(failure)) },
        "an explanation could not be posted",
      );
      return false;
    }
  }
}

/** Failures that another attempt may mend without a new call of the model service. */
function isOurs(code: string): boolean {
  return (
    code === "internal" ||
    code.startsWith("storage_") ||
    code.startsWith("platform_") ||
    code === "version_conflict"
  );
}

function reasonToIgnore(event: PlatformEvent): string | undefined {
  if (event.kind === "ignored") return event.reason;
  if (event.kind !== "message") return undefined;
  if (event.author.isBot) return "written by a bot";
  if (event.addressed === "none") return "not addressed to Parley";
  if (event.text.trim() === "" && event.attachments.length === 0) return "empty";
  return undefined;
}

function callsIntoThread(event: HandledEvent): boolean {
  return event.kind === "message" && event.addressed === "mention" && event.place.thread !== undefined;
}

function entryOf(event: HandledEvent): Enqueue {
  const { platform, workspace } = event.place;
  const author = "author" in event ? event.author.id : "by" in event ? event.by : undefined;
  return {
    key: event.conversation,
    ids: [identityOf(event), ...event.deliveryIds.map((id) => `delivery/${platform}/${id}`)],
    payload: event,
    lane: event.kind === "message" ? "main" : "control",
    people: author === undefined ? [] : [personKey(platform, workspace, author)],
  };
}
