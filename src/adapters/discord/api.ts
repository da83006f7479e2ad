import { setTimeout as sleep } from "node:timers/promises";

import { DefaultRestOptions, parseResponse, RateLimitError, REST, RequestMethod } from "discord.js";
import type { RawFile } from "discord.js";

import { AppError } from "../../core/errors.ts";
import type { Fence } from "../../core/platform.ts";
import { toPlatformError } from "./errors.ts";
import { createPace } from "./pace.ts";
import type { Pace } from "./pace.ts";

export interface ApiCall {
  readonly method: keyof typeof methods;
  readonly route: `/${string}`;
  /** Names the rate limit that the call falls under: the kind of call and the channel. */
  readonly bucket: string;
  readonly body?: unknown;
  readonly query?: URLSearchParams;
  readonly files?: RawFile[];
  /**
   * The route has an interaction's own token: that of the bot stays out of it, and so does the rate of the app as a whole
   * (developers/interactions/receiving-and-responding, Endpoints).
   */
  readonly byInteraction?: true;
  /** Once for what nobody misses; else failures that may pass are waited out. */
  readonly attempts?: 1;
  /** Awaited before each attempt; where it rejects, none is made. */
  readonly check?: Fence["check"];
  /** Nobody misses it: a rate limit or a failure ends it at once. */
  readonly optional?: boolean;
}

/** Discord's REST API. Every call can be repeated without doing it twice: posts carry an enforced nonce. */
export interface Api {
  /** Answers the parsed body. @throws AppError `platform_refused`, `platform_unreachable`, `aborted` */
  request(call: ApiCall, signal: AbortSignal): Promise<unknown>;
  readonly pace: Pace;
}

const methods = {
  GET: RequestMethod.Get,
  POST: RequestMethod.Post,
  PATCH: RequestMethod.Patch,
  PUT: RequestMethod.Put,
  DELETE: RequestMethod.Delete,
} as const;

/** Nobody waits longer for an answer. */
export const attemptMs = 15_000;
const maxAttempts = 4;
const firstDelayMs = 100;
const invalidStatuses = [401, 403, 429];

/**
 * discord.js's REST client, which keeps count of the rate limits and here refuses what would exceed them: who waits for
 * how long is decided by the pace. It repeats nothing itself, and is apart from the gateway's, so that replies can be
 * posted while that reconnects.
 */
export function createApi(options: {
  readonly token: string;
  readonly apiUrl: string;
  readonly requestsPerSecond: number;
  /** Discord no longer accepts the token. */
  readonly onUnauthorized: () => void;
  /** A kind of call had to wait for Discord's rates. */
  readonly onWaited: (kind: string, seconds: number) => void;
}): Api {
  const pace = createPace({
    requestsPerSecond: options.requestsPerSecond,
    clock: () => performance.now(),
  });
  const rest = new REST({
    api: options.apiUrl,
    version: "10",
    retries: 0,
    timeout: attemptMs,
    // The pace counts these; 0 would block for ever.
    globalRequestsPerSecond: Infinity,
    rejectOnRateLimit: () => true,
    async makeRequest(url, init) {
      const response = await DefaultRestOptions.makeRequest(url, init);
      if (invalidStatuses.includes(response.status)) pace.countInvalid();
      const isOfBot = Object.hasOwn(init.headers ?? {}, "Authorization");
      if (response.status === 401 && isOfBot) options.onUnauthorized();
      // The client throws without having read it, and undici keeps the connection busy until somebody does.
      if (response.status === 429) await response.arrayBuffer();
      return response;
    },
  }).setToken(options.token);

  async function attempt(call: ApiCall, signal: AbortSignal): Promise<unknown> {
    const { method, route, bucket, body, query, files, byInteraction = false } = call;
    // The client never takes its listener off the signal it is given, so that each call has one of its own.
    const ownSignal = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]);
    const response = await rest.queueRequest({
      method: methods[method],
      fullRoute: route,
      signal: ownSignal,
      // After a 401 with its own token the client would forget that (@discordjs/rest, handleErrors).
      auth: !byInteraction,
      ...(body !== undefined && { body }),
      ...(query && { query }),
      ...(files && { files }),
    });
    pace.learn(bucket, response.headers);
    return parseResponse(response);
  }

  async function waitForTurn({ bucket, byInteraction }: ApiCall, signal: AbortSignal): Promise<() => void> {
    const since = performance.now();
    const hasToWait = !pace.isFree(bucket);
    try {
      return await pace.turn(bucket, signal, byInteraction);
    } catch (error) {
      throw toPlatformError(error, signal);
    } finally {
      const [kind = bucket] = bucket.split(" ");
      if (hasToWait) options.onWaited(kind, (performance.now() - since) / 1_000);
    }
  }

  return {
    pace,
    async request(call, signal) {
      const { bucket, optional = false } = call;
      for (let failures = 0; ;) {
        const blockedMs = pace.blockedForMs();
        if (blockedMs > 0) {
          throw new AppError("platform_unreachable", "too much was refused; waiting so as not to be banned", {
            retryAfterMs: blockedMs,
          });
        }
        if (optional && !pace.isFree(bucket)) throw busy();
        const endTurn = await waitForTurn(call, signal);
        try {
          await call.check?.();
          return await attempt(call, signal);
        } catch (thrown) {
          if (thrown instanceof RateLimitError && !signal.aborted) {
            const { global: isGlobal, retryAfter, timeToReset, sublimitTimeout } = thrown;
            pace.hold(isGlobal ? undefined : bucket, Math.max(retryAfter, timeToReset, sublimitTimeout));
            if (optional) throw busy();
            continue;
          }
          const error = toPlatformError(thrown, signal);
          failures++;
          const mayPass = error.code === "platform_unreachable" && !optional && failures < maxAttempts;
          if (!mayPass) throw error;
          endTurn();
          await sleep(firstDelayMs * 2 ** failures * (0.5 + Math.random()), undefined, { signal }).catch(
            () => {
              throw toPlatformError(thrown, signal);
            },
          );
        } finally {
          endTurn();
        }
      }
    },
  };
}

function busy(): AppError {
  return new AppError("platform_unreachable", "Discord asks to wait");
}
