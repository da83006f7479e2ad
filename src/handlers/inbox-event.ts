import { identityOf } from "../core/event.ts";
import type { EventIgnored, PlatformEvent } from "../core/event.ts";
import { joinKey, personKey } from "../core/ids.ts";
import type { PersonId } from "../core/ids.ts";
import type { Claim, Enqueue } from "../core/storage.ts";
import type { BudgetDue } from "./budget-due.ts";
import type { ReplyOverwritten } from "./fenced-reply.ts";
import type { ReplyShown } from "./judge-reply.ts";
import type { ReportDue } from "./reports/report-due.ts";
import type { RetirementDue } from "./reports/tell-retirement.ts";
import type { ReviewDue } from "./report-review.ts";
import type { AnswerAgain } from "./story.ts";
import type { SummaryDue } from "./summary-due.ts";
import type { HintDue } from "./threads/give-hint.ts";
import type { HistoryDue } from "./threads/index-history.ts";
import type { IndexDue } from "./threads/index-due.ts";

/** What came from outside and is somebody's. */
export type HandledEvent = Exclude<PlatformEvent, EventIgnored>;
/** What an entry of the inbox holds. */
export type InboxEvent =
  | HandledEvent
  | ReplyOverwritten
  | ReplyShown
  | AnswerAgain
  | SummaryDue
  | ReviewDue
  | BudgetDue
  | ReportDue
  | RetirementDue
  | IndexDue
  | HintDue
  | HistoryDue;

/** What a claim is about. */
export function eventOf(claim: Claim): InboxEvent {
  return claim.entries[0].payload as InboxEvent;
}

/** Whether it ends a reply that is being written. */
export function isStop(event: InboxEvent): boolean {
  return event.kind === "pressed" && event.action.name === "stop";
}

/** Whether somebody waits for what comes of it. */
export function isAwaited(event: InboxEvent): boolean {
  const { kind } = event;
  return (
    kind === "message" || kind === "again" || kind === "command" || (kind === "pressed" && !isStop(event))
  );
}

/** How an event stands in the inbox: once under all of its ids, in the order of its conversation. */
export function entryOf(event: HandledEvent): Enqueue {
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
