/** Work in steps of a millisecond or less. */
export type Steps<T> = Generator<undefined, T, void>;

/** Runs long work in slices, so that other work gets its turns of the event loop in between. */
export interface Slices {
  /** Resolves without waiting where the work is done within what is left of this turn's slice. */
  run<T>(work: Steps<T>): Promise<T>;
}

interface Job {
  /** Takes one step; true when it was the last. */
  step(): boolean;
}

/** `sliceMs` is what all work together may take of one turn of the event loop, give or take a step. */
export function createSlices(sliceMs: number): Slices {
  const waiting: Job[] = [];
  let spentMs = 0;
  let isNextTurnBooked = false;

  function run<T>(work: Steps<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const job = { step: () => takeStep(work, resolve, reject) };
      if (waiting.length > 0 || !runSlice(job)) waiting.push(job);
      bookNextTurn();
    });
  }

  /** True when the job is done. */
  function runSlice(job: Job): boolean {
    const startedMs = performance.now() - spentMs;
    for (;;) {
      if (spentMs >= sliceMs) return false;
      const isDone = job.step();
      spentMs = performance.now() - startedMs;
      if (isDone) return true;
    }
  }

  /** Those that wait take turns, so that a short text doesn't wait for a long one to end. */
  function runTurn(): void {
    isNextTurnBooked = false;
    spentMs = 0;
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      if (runSlice(job)) continue;
      waiting.push(job);
      break;
    }
    if (waiting.length > 0 || spentMs > 0) bookNextTurn();
  }

  function bookNextTurn(): void {
    if (isNextTurnBooked) return;
    isNextTurnBooked = true;
    setImmediate(runTurn);
  }

  return { run };
}

function takeStep<T>(work: Steps<T>, resolve: (value: T) => void, reject: (error: unknown) => void): boolean {
  try {
    const { done, value } = work.next();
    if (done === true) resolve(value);
    return done === true;
  } catch (error) {
    reject(error);
    return true;
  }
}
