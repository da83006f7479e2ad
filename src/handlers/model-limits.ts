import { AppError } from "../core/errors.ts";
import { joinKey } from "../core/ids.ts";
import type { Metrics, Now } from "../core/ports.ts";
import { createFairLines, fitsAMinute, tighterRates } from "../core/rate-limit.ts";
import type { FairLines, ModelRates, SaidRates } from "../core/rate-limit.ts";
import type { RateTake } from "../core/counters.ts";
import type { Storage } from "../core/storage.ts";

/** Keeps calls within what each model may be asked in a minute, by all instances together. */
export interface ModelLimits {
  /**
   * Ends when the call may be made. To whoever waits for longer than two seconds it says, sparingly, how many are made before.
   * @throws AppError `aborted`, `storage_*`
   */
  wait(call: WaitingCall, signal: AbortSignal): AsyncIterable<number>;
  /** What the service says about a model's rates; where the config says less, that holds. */
  heard(model: string, said: SaidRates): void;
  /** The service refused a call for its rate. */
  refused(model: string, retryAfterMs: number | undefined): void;
  /** Of the models that were asked in this process. */
  state(): readonly ModelLimitState[];
}

export interface ModelLimitState {
  readonly model: string;
  /** Calls that wait. */
  readonly waiting: number;
  /** Milliseconds since the epoch; in the past where nothing holds the model up. */
  readonly pausedUntil: number;
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
}

export interface WaitingCall {
  readonly model: string;
  /** Who has to wait for one another: those of one channel. */
  readonly line: string;
  /** That it may come to at the most. */
  readonly tokens: number;
}

interface Waiter {
  readonly line: string;
  readonly tokens: number;
  /** When it is to look how many are ahead. */
  lookAt: number;
  /** How its waiting ended. */
  outcome: "go" | { readonly error: unknown } | undefined;
  look(): void;
}

interface ModelQueue {
  readonly lines: FairLines<Waiter>;
  learned: ModelRates;
  pausedUntil: number;
  /** How many are let through in one step. */
  stride: number;
  isMoving: boolean;
  isWatched: boolean;
}

const windowMs = 60_000;
const patienceMs = 2_000;
const sayEveryMs = 3_000;
const leastWatchMs = 100;
const maxStride = 256;
/** Where the service refuses and doesn't say for how long. */
const usualPauseMs = 5_000;
/** A pause may be lifted by what is heard meanwhile. */
const longestPauseMs = 60_000;

export function createModelLimits(deps: {
  readonly counters: Pick<Storage["counters"], "takeAll">;
  /** Of the config, by model. */
  readonly rates: Readonly<Record<string, ModelRates>>;
  readonly metrics: Pick<Metrics, "modelWaited">;
  readonly now: Now;
  /** Keeps no process alive. */
  readonly sleep: (ms: number) => Promise<void>;
}): ModelLimits {
  const { counters, rates, metrics, now, sleep } = deps;
  const queues = new Map<string, ModelQueue>();

  return {
    async *wait(call, signal) {
      const queue = queueOf(call.model);
      if (isFree(call.model, queue)) return;
      if (signal.aborted) throw givenUp(signal);
      const since = now();
      const waiter: Waiter = {
        line: call.line,
        tokens: call.tokens,
        lookAt: since + patienceMs,
        outcome: undefined,
        look: () => undefined,
      };
      const giveUp = (): void => end(waiter, { error: givenUp(signal) });
      signal.addEventListener("abort", giveUp, { once: true });
      queue.lines.add(waiter);
      void move(call.model, queue);
      void watch(queue);
      try {
        for (let said: number | undefined; ;) {
          // oxlint-disable-next-line no-await-in-loop -- each look comes after the one before.
          await woken(waiter);
          if (waiter.outcome !== undefined) break;
          const ahead = queue.lines.ahead(waiter);
          if (ahead !== said) yield ahead;
          said = ahead;
        }
        if (waiter.outcome !== "go") throw waiter.outcome.error;
        metrics.modelWaited(call.model, Math.max(0, now() - since) / 1000);
      } finally {
        signal.removeEventListener("abort", giveUp);
        if (waiter.outcome !== "go") queue.lines.leave(waiter);
      }
    },

    heard(model, { pauseMs, ...said }) {
      const queue = queueOf(model);
      queue.learned = { ...queue.learned, ...said };
      if (pauseMs !== undefined) pause(queue, pauseMs);
    },

    refused(model, retryAfterMs = usualPauseMs) {
      pause(queueOf(model), retryAfterMs);
    },

    state: () =>
      [...queues].map(([model, queue]) => {
        const { requestsPerMinute, tokensPerMinute } = ratesOf(model, queue);
        const waiting = queue.lines.first(Infinity).length;
        return { model, waiting, pausedUntil: queue.pausedUntil, requestsPerMinute, tokensPerMinute };
      }),
  };

  function queueOf(model: string): ModelQueue {
    const known = queues.get(model);
    if (known) return known;
    const queue: ModelQueue = {
      lines: createFairLines(),
      learned: {},
      pausedUntil: 0,
      stride: 1,
      isMoving: false,
      isWatched: false,
    };
    queues.set(model, queue);
    return queue;
  }

  function pause(queue: ModelQueue, ms: number): void {
    queue.pausedUntil = Math.max(queue.pausedUntil, now() + Math.min(ms, longestPauseMs));
  }

  function ratesOf(model: string, { learned }: ModelQueue): ModelRates {
    return tighterRates(rates[model] ?? {}, learned);
  }

  function isFree(model: string, queue: ModelQueue): boolean {
    const { requestsPerMinute, tokensPerMinute } = ratesOf(model, queue);
    const isLimited = requestsPerMinute !== undefined || tokensPerMinute !== undefined;
    return !isLimited && queue.pausedUntil <= now() && !queue.isMoving;
  }

  /** Lets those who wait through, one step after the other, until nobody does. */
  async function move(model: string, queue: ModelQueue): Promise<void> {
    if (queue.isMoving) return;
    queue.isMoving = true;
    // Those who come in the same turn go in one step.
    await Promise.resolve();
    for (let first = next(queue); first.length > 0; first = next(queue)) {
      const waitMs = queue.pausedUntil - now();
      // oxlint-disable-next-line no-await-in-loop -- a step begins with what the one before came to.
      await (waitMs > 0 ? sleep(waitMs) : step(model, queue, first));
    }
    queue.isMoving = false;
  }

  /** Has those look who have waited for long. */
  async function watch(queue: ModelQueue): Promise<void> {
    if (queue.isWatched) return;
    queue.isWatched = true;
    for (let all = queue.lines.first(Infinity); all.length > 0; all = queue.lines.first(Infinity)) {
      const soonest = all.reduce((at, { lookAt }) => Math.min(at, lookAt), Infinity);
      // oxlint-disable-next-line no-await-in-loop -- one look after the other.
      await sleep(Math.max(soonest - now(), leastWatchMs));
      for (const waiter of queue.lines.first(Infinity)) {
        if (waiter.lookAt > now()) continue;
        waiter.lookAt = now() + sayEveryMs;
        waiter.look();
      }
    }
    queue.isWatched = false;
  }

  function next({ lines, stride }: ModelQueue): readonly Waiter[] {
    return lines.first(stride);
  }

  async function step(model: string, queue: ModelQueue, first: readonly Waiter[]): Promise<void> {
    const limits = ratesOf(model, queue);
    const going = first.slice(
      0,
      fitsAMinute(
        first.map(({ tokens }) => tokens),
        limits,
      ),
    );
    try {
      const taken = await counters.takeAll(takesFor(model, going, limits));
      if (taken.ok) {
        for (const waiter of going) {
          queue.lines.letGo(waiter);
          end(waiter, "go");
        }
        queue.stride = Math.min(queue.stride * 2, maxStride);
      } else if (going.length > 1) queue.stride = 1;
      else await sleep(taken.retryAfterMs);
    } catch (error) {
      for (const waiter of going) {
        queue.lines.leave(waiter);
        end(waiter, { error });
      }
    }
  }
}

/** Resolves when the waiter is to look, or has no more to wait for. */
function woken(waiter: Waiter): Promise<void> {
  if (waiter.outcome !== undefined) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  waiter.look = resolve;
  return promise;
}

/** The first word holds: who was let through is not called back. */
function end(waiter: Waiter, outcome: NonNullable<Waiter["outcome"]>): void {
  waiter.outcome ??= outcome;
  waiter.look();
}

function takesFor(model: string, going: readonly Waiter[], limits: ModelRates): readonly RateTake[] {
  const { requestsPerMinute, tokensPerMinute } = limits;
  const take = (what: string, cost: number, limit: number | undefined) =>
    limit === undefined
      ? []
      : [{ key: joinKey("model-rate", model, what), cost, window: { limit, windowMs } }];
  return [
    ...take("requests", going.length, requestsPerMinute),
    ...take(
      "tokens",
      going.reduce((sum, { tokens }) => sum + tokens, 0),
      tokensPerMinute,
    ),
  ];
}

function givenUp(signal: AbortSignal): AppError {
  return new AppError("aborted", "gave up waiting for the model's rate", { cause: signal.reason });
}
