/** What a model may be asked in a minute. */
export interface ModelRates {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
}

/** What the model service says about its rates with a response. */
export interface SaidRates extends ModelRates {
  /** Nothing is left until then. */
  readonly pauseMs?: number;
}

/** The lower of each. */
export function tighterRates(a: ModelRates, b: ModelRates): ModelRates {
  const lower = (one: number | undefined, other: number | undefined) =>
    one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
  const requestsPerMinute = lower(a.requestsPerMinute, b.requestsPerMinute);
  const tokensPerMinute = lower(a.tokensPerMinute, b.tokensPerMinute);
  return {
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(tokensPerMinute !== undefined && { tokensPerMinute }),
  };
}

/** How many of these may go at once, in order: no more than fit into an empty minute, and one in any case. */
export function fitsAMinute(tokens: readonly number[], rates: ModelRates): number {
  const { requestsPerMinute = Infinity, tokensPerMinute = Infinity } = rates;
  let sum = 0;
  const over = tokens.findIndex((each, i) => i >= requestsPerMinute || (sum += each) > tokensPerMinute);
  return Math.max(1, over < 0 ? tokens.length : over);
}

/** Those who wait, by the line in which each stands. One of each line goes at a time, so that a long line holds up only itself. */
export interface FairLines<Waiter> {
  add(waiter: Waiter): void;
  /** The first to go, in order. */
  first(count: number): readonly Waiter[];
  /** Lets one go: its line has its next turn after all others. */
  letGo(waiter: Waiter): void;
  /** Somebody goes without having had a turn. */
  leave(waiter: Waiter): void;
  /** How many go before this one, if nobody else comes. */
  ahead(waiter: Waiter): number;
}

export function createFairLines<Waiter extends { readonly line: string }>(): FairLines<Waiter> {
  /** In the order of their turns. A set keeps the order in which its members came. */
  const lines = new Map<string, Set<Waiter>>();

  function take(waiter: Waiter): Set<Waiter> | undefined {
    const waiters = lines.get(waiter.line);
    if (!waiters?.delete(waiter)) return undefined;
    if (waiters.size === 0) lines.delete(waiter.line);
    return waiters;
  }

  return {
    add(waiter) {
      const waiters = lines.get(waiter.line) ?? new Set();
      waiters.add(waiter);
      lines.set(waiter.line, waiters);
    },

    first(count) {
      const first: Waiter[] = [];
      let rest: SetIterator<Waiter>[] = [];
      for (const waiters of lines.values()) {
        if (first.length === count) return first;
        rest.push(waiters.values());
        takeNext(rest.at(-1), first);
      }
      while (rest.length > 0 && first.length < count)
        rest = rest.filter((line) => first.length < count && takeNext(line, first));
      return first;
    },

    letGo(waiter) {
      const left = take(waiter);
      if (left === undefined || left.size === 0) return;
      lines.delete(waiter.line);
      lines.set(waiter.line, left);
    },

    leave(waiter) {
      take(waiter);
    },

    ahead(waiter) {
      const place = [...(lines.get(waiter.line) ?? [])].indexOf(waiter);
      if (place < 0) return 0;
      let isBefore = true;
      let ahead = 0;
      for (const [line, { size }] of lines) {
        if (line === waiter.line) {
          isBefore = false;
          ahead += place;
        } else ahead += Math.min(size, isBefore ? place + 1 : place);
      }
      return ahead;
    },
  };
}

function takeNext<Waiter>(line: SetIterator<Waiter> | undefined, into: Waiter[]): boolean {
  const next = line?.next();
  if (next === undefined || next.done) return false;
  into.push(next.value);
  return true;
}
