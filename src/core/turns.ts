/**
 * The turns of calls that fall under one rate of a service: many at once; none while the service asked to wait; and one
 * at a time for a while after that, so that one call learns for all whether it is still too early.
 */
export interface Turns {
  /** The service asked to wait. */
  hold(ms: number): void;
  /** How long it asked to wait still; milliseconds. */
  heldMs(): number;
  /** Whether a call could go out now without going before one that waits. */
  isFree(): boolean;
  /** Waits for a turn, and answers what ends it. Rejects when the signal aborts. */
  take(signal: AbortSignal): Promise<() => void>;
  /** Nobody has a turn or waits for one, and nothing is held. */
  isIdle(): boolean;
}

const carefulMs = 10_000;
/** A call that isn't answered keeps the others no longer. */
const maxTurnMs = 3_000;

/** `clock` in milliseconds. */
export function createTurns(clock: () => number): Turns {
  let heldUntil = -Infinity;
  let underWay = 0;
  /** Those who wait, in the order in which they came. */
  const queue: object[] = [];
  let wakers: (() => void)[] = [];

  const heldMs = () => Math.max(0, heldUntil - clock());
  const isTaken = () => underWay > 0 && clock() < heldUntil + carefulMs;

  /** For so long, or else until a turn ends or whoever comes first is gone. */
  function pause(ms: number | undefined, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(wake, ms);
      const giveUp = () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      if (timer === undefined) wakers.push(wake);
    });
  }

  function wakeAll(): void {
    const woken = wakers;
    wakers = [];
    for (const wake of woken) wake();
  }

  function begin(): () => void {
    underWay++;
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      underWay--;
      wakeAll();
    };
    const timer = setTimeout(end, maxTurnMs).unref();
    return end;
  }

  return {
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock() + ms);
    },
    heldMs,
    isFree: () => heldMs() === 0 && queue.length === 0 && !isTaken(),
    async take(signal) {
      const ticket = {};
      queue.push(ticket);
      try {
        for (;;) {
          signal.throwIfAborted();
          if (queue[0] !== ticket || isTaken()) await pause(undefined, signal);
          else if (heldMs() > 0) await pause(Math.ceil(heldMs()), signal);
          else return begin();
        }
      } finally {
        queue.splice(queue.indexOf(ticket), 1);
        wakeAll();
      }
    },
    isIdle: () => underWay === 0 && queue.length === 0 && clock() >= heldUntil + carefulMs,
  };
}
