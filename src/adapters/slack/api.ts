import { setTimeout as sleep } from "node:timers/promises";

import { LogLevel, WebClient } from "@slack/web-api";
import type { Logger as SlackLogger } from "@slack/web-api";

import { AppError } from "../../core/errors.ts";
import type { Fence } from "../../core/platform.ts";
import type { Turns } from "../../core/turns.ts";
import { toPlatformError } from "./errors.ts";
import { createPace } from "./pace.ts";
import type { Pace } from "./pace.ts";

export interface CallOptions {
  /** Doing it twice is doing it once, so that a lost answer can be asked for again. */
  readonly repeatable: boolean;
  /** Nobody misses it: a rate limit or a failure ends it at once. */
  readonly optional?: boolean;
  readonly signal: AbortSignal;
  /** Awaited before each attempt; where it rejects, none is made. */
  readonly check?: Fence["check"];
}

/** Slack's Web API. */
export interface Api {
  /** Answers Slack's answer. @throws AppError `platform_refused`, `platform_unreachable`, `aborted` */
  call(method: string, args: Readonly<Record<string, unknown>>, options: CallOptions): Promise<unknown>;
  readonly pace: Pace;
}

/** Nobody waits longer for an answer. */
export const attemptMs = 15_000;
const maxAttempts = 3;
const firstDelayMs = 300;
/** What was sent to be written will stand: for so long it is waited for, so that it is known and nothing overtakes it. */
const writeGraceMs = 3_000;
/** Slack's waits are a minute at most; a reply is not worth more than some of them. */
const maxWaitsMs = 5 * 60_000;

const mute = () => undefined;
/** Slack's clients log payloads at debug level; what matters is said by Parley. */
export const silentLogger: SlackLogger = {
  debug: mute,
  info: mute,
  warn: mute,
  error: mute,
  setLevel: mute,
  getLevel: () => LogLevel.ERROR,
  setName: mute,
};

/** What every client of Slack's is told: nothing is repeated behind Parley's back, and nothing waits for ever. */
export function clientOptions(apiUrl: string) {
  return {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: attemptMs,
    maxRequestConcurrency: 1_000,
    logger: silentLogger,
  };
}

export function createApi(options: {
  readonly botToken: string;
  readonly apiUrl: string;
  /** Slack no longer accepts the token. */
  readonly onRefused: (error: AppError) => void;
  /** A call had to wait for Slack's rates. */
  readonly onWaited: (method: string, seconds: number) => void;
}): Api {
  const client = new WebClient(options.botToken, clientOptions(options.apiUrl));
  const pace = createPace(() => performance.now());

  return {
    pace,
    async call(method, args, { repeatable, optional = false, signal, check }) {
      const turns = pace.turns(bucketOf(method, args));
      const giveUpAt = performance.now() + maxWaitsMs;
      for (let attempt = 1; ; attempt++) {
        const isLate = performance.now() + turns.heldMs() > giveUpAt;
        if (isLate || (optional && !turns.isFree())) throw busy(turns.heldMs());
        const endTurn = await waitForTurn(method, turns, signal);
        pace.note(method);
        try {
          await check?.();
          const graceMs = method.startsWith("chat.") ? writeGraceMs : 0;
          return await orAborted(() => client.apiCall(method, args), graceMs, signal);
        } catch (thrown) {
          const error = toPlatformError(thrown, signal);
          if (isTokenRefusal(error)) options.onRefused(error);
          if (error.retryAfterMs !== undefined) {
            turns.hold(error.retryAfterMs);
            attempt--;
            if (optional) throw error;
            continue;
          }
          const again =
            repeatable && !optional && error.code === "platform_unreachable" && attempt < maxAttempts;
          if (!again) throw error;
          endTurn();
          await wait(firstDelayMs * 2 ** attempt, signal);
        } finally {
          endTurn();
        }
      }
    },
  };

  async function waitForTurn(method: string, turns: Turns, signal: AbortSignal): Promise<() => void> {
    const since = performance.now();
    const hasToWait = !turns.isFree();
    try {
      return await turns.take(signal);
    } catch (error) {
      throw toPlatformError(error, signal);
    } finally {
      if (hasToWait) options.onWaited(method, (performance.now() - since) / 1_000);
    }
  }
}

/** Posts are limited by channel, the rest by method (docs.slack.dev/apis/web-api/rate-limits). */
function bucketOf(method: string, args: Readonly<Record<string, unknown>>): string {
  return method === "chat.postMessage" ? `${method} ${String(args["channel"])}` : method;
}

function busy(retryAfterMs: number): AppError {
  return new AppError("platform_unreachable", "Slack asks to wait", { retryAfterMs });
}

const tokenRefusals = new Set([
  "invalid_auth",
  "not_authed",
  "token_revoked",
  "token_expired",
  "account_inactive",
]);

function isTokenRefusal(error: AppError): boolean {
  return error.code === "platform_refused" && tokenRefusals.has(String(error.facts["error"]));
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throw toPlatformError(error, signal);
  }
}

/** The client takes no signal: what is on the wire goes on, and after the grace nobody waits for it. */
function orAborted<T>(call: () => Promise<T>, graceMs: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(toPlatformError(undefined, signal));
    if (signal.aborted) return giveUp();
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      timer = setTimeout(giveUp, graceMs);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    call()
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      });
  });
}
