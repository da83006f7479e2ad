import { identityOfCommand, identityOfMessage } from "../core/event.ts";
import type { MessageCreated, MessageEdited, PlatformEvent } from "../core/event.ts";
import type { Intake } from "../core/platform.ts";
import type { EventOutcome, Logger, Metrics, Now } from "../core/ports.ts";
import type { Queue } from "../core/storage.ts";
import type { Participation } from "../core/stores.ts";
import { entryOf } from "./inbox-event.ts";
import type { HandledEvent } from "./inbox-event.ts";
import type { MayAnswer } from "./taking-part.ts";

export interface TakeInDeps {
  readonly queue: Queue;
  readonly participation: Participation;
  readonly mayAnswer: MayAnswer;
  readonly settings: {
    /** Bots that are answered. */
    readonly bots: readonly string[];
    /** A message that is known by an edit alone, and older than this, is not answered. */
    readonly standInMs: number;
  };
  readonly ambient: { readonly log: Logger; readonly metrics: Metrics; readonly now: Now };
}

/** The way of an event into the inbox: once, and only where it is somebody's. */
export function createTakeIn(deps: TakeInDeps): Intake {
  const { queue, participation, mayAnswer, settings } = deps;
  const { log, metrics, now } = deps.ambient;

  return async (event) => {
    const stand = event.kind === "edited" ? await standIn(event) : undefined;
    if (stand === undefined || (await take(stand)) !== "accepted") await take(event);
  };

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
