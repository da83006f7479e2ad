import { setTimeout as sleep } from "node:timers/promises";

import { AppError, toAppError } from "../core/errors.ts";
import type { Logger, Metrics, Now } from "../core/ports.ts";
import { remedyFor } from "../core/remedy.ts";
import type { Remedy } from "../core/remedy.ts";
import type { Queue } from "../core/storage.ts";
import { describeError } from "./explain.ts";
import type { HandleFailure } from "./failed-message.ts";
import { eventOf, isAwaited } from "./inbox-event.ts";
import type { HeldClaim } from "./lease.ts";

export interface RecoverDeps {
  readonly queue: Queue;
  /** What a failed claim's author is told, by what was asked for. */
  readonly failures: {
    readonly failedMessage: HandleFailure;
    readonly failedCommand: HandleFailure;
    readonly failedPress: HandleFailure;
  };
  /** For how long what moderation could not judge is tried again. */
  readonly unjudgedMs: number;
  readonly ambient: { readonly log: Logger; readonly metrics: Metrics; readonly now: Now };
}

export type Recover = (claim: HeldClaim, thrown: unknown, shutdown: AbortSignal) => Promise<void>;

const retryDelayMs = 1_000;

/** The one error boundary: a claim that failed is tried again, explained, or set aside. */
export function createRecover(deps: RecoverDeps): Recover {
  const { queue, failures, unjudgedMs } = deps;
  const { log, metrics, now } = deps.ambient;

  /** A remedy may fail too: what the person is to read is kept by then, and is tried again. */
  return async (claim, thrown, shutdown) => {
    const error = claim.lease.lost.aborted ? superseded() : toAppError(thrown);
    try {
      await remedy(claim, error, shutdown, remedyOf);
    } catch (failure) {
      await recoverAgain(claim, failure, shutdown);
    }
  };

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
    return remedyFor(error, { ...tries, isAwaited: isAwaited(eventOf(claim)), unjudgedMs });
  }

  function failureOf(claim: HeldClaim): HandleFailure {
    const { kind } = eventOf(claim);
    if (kind === "command") return failures.failedCommand;
    return kind === "pressed" ? failures.failedPress : failures.failedMessage;
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
    const failure = failureOf(claim);
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

function superseded(): AppError {
  return new AppError("superseded", "the claim was taken over by another");
}

function attemptOf(claim: HeldClaim): number {
  return Math.max(...claim.entries.map((entry) => entry.attempt));
}
