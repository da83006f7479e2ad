import { setTimeout as sleep } from "node:timers/promises";

import type { Intake } from "../core/platform.ts";
import type { Lane } from "../core/storage.ts";
import type { HandleChatMessage } from "./chat-message.ts";
import { createConsumer } from "./consumer.ts";
import type { HandleFailure } from "./failed-message.ts";
import type { FoldSummary } from "./fold-summary.ts";
import { eventOf, isStop } from "./inbox-event.ts";
import type { JudgeReply } from "./judge-reply.ts";
import type { HeldClaim } from "./lease.ts";
import type { HandleOverwritten } from "./mend-reply.ts";
import type { HandleMessageDeleted } from "./message-deleted.ts";
import type { HandleMessageEdited } from "./message-edited.ts";
import type { HandleReacted } from "./note-reaction.ts";
import { createRecover } from "./recover.ts";
import type { RecoverDeps } from "./recover.ts";
import type { ReportReview } from "./report-review.ts";
import type { PostReport } from "./reports/post-report.ts";
import type { TellRetirement } from "./reports/tell-retirement.ts";
import type { HandleCommand } from "./run-command.ts";
import type { HandlePress } from "./run-press.ts";
import type { HandleStopRequested } from "./stop-requested.ts";
import type { GiveHint } from "./threads/give-hint.ts";
import type { IndexHistory } from "./threads/index-history.ts";
import type { IndexDue } from "./threads/index-due.ts";
import type { IndexThreads } from "./threads/index-threads.ts";
import { createTakeIn } from "./take-in.ts";
import type { TakeInDeps } from "./take-in.ts";
import type { WarnBudgets } from "./warn-budgets.ts";

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
  readonly warnBudgets: WarnBudgets;
  readonly postReport: PostReport;
  readonly tellRetirement: TellRetirement;
  readonly indexThreads: IndexThreads;
  readonly giveHint: GiveHint;
  readonly indexHistory: IndexHistory;
}

export interface DispatchDeps extends TakeInDeps {
  readonly handlers: DispatchHandlers;
  readonly settings: TakeInDeps["settings"] &
    Pick<RecoverDeps, "unjudgedMs"> & {
      readonly burst: "together" | "each";
      readonly concurrency: number;
      /** How long an instance that stands still keeps what it had taken on. */
      readonly leaseMs: number;
    };
}

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
export function createDispatch(deps: DispatchDeps): Dispatch {
  const { queue, handlers, settings, ambient } = deps;
  const { burst, concurrency, leaseMs, unjudgedMs } = settings;
  const takeIn = createTakeIn(deps);
  const recover = createRecover({ queue, failures: handlers, unjudgedMs, ambient });
  /** Events that are on their way into the inbox. */
  let taking = 0;
  const consumer = (lane: Lane, atOnce: number, maxEntries: number) =>
    createConsumer({ queue, lane, atOnce, maxEntries, leaseMs, calm, run, log: ambient.log });
  const consumers = [
    consumer("main", concurrency, burst === "together" ? maxBurst : 1),
    consumer("control", controlAtOnce, 1),
  ];

  return {
    async intake(event) {
      taking++;
      try {
        await takeIn(event);
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

  async function run(claim: HeldClaim, shutdown: AbortSignal): Promise<void> {
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
      case "budget":
        await handlers.warnBudgets(event, AbortSignal.any([shutdown, claim.lease.lost]));
        break;
      case "report":
        await handlers.postReport(event, AbortSignal.any([shutdown, claim.lease.lost]));
        break;
      case "retirement":
        await handlers.tellRetirement(event, AbortSignal.any([shutdown, claim.lease.lost]));
        break;
      case "index":
        await handlers.indexThreads(
          claim.entries.map(({ payload }) => payload as IndexDue),
          AbortSignal.any([shutdown, claim.lease.lost]),
        );
        break;
      case "hint":
        await handlers.giveHint(event, AbortSignal.any([shutdown, claim.lease.lost]));
        break;
      case "history":
        await handlers.indexHistory(event, AbortSignal.any([shutdown, claim.lease.lost]));
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
}
