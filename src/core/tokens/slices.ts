/** Work in steps of a millisecond or less. */
export type Steps<T> = Generator<undefined, T, void>;

/** Runs long work in slices, so that other work gets its turns of the event loop in between. */
export interface Slices {
  /** Resolves without waiting where the work is done within what is left of this turn's slice. */
  run<T>(work: Steps<T>): Promise<T>;
}

/** Takes one step; true when it was the last. */
type Job = () => boolean;

/** `sliceMs` is what all work together may take of one turn of the event loop, give or take a step. */
export function createSlices(sliceMs: number): Slices {
  const waiting: Job[] = [];
  let spentMs = 0;
  let isNextTurnBooked = false;

  function run<T>(work: Steps<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const job = (): boolean => takeStep(work, resolve, reject);
      const mustWait = waiting.length > 0 || spentMs >= sliceMs;
      if (mustWait || !runSlice(job)) waiting.push(job);
      bookNextTurn();
    });
  }

  /** True when the job is done. */
  function runSlice(job: Job): boolean {
    const startedMs = performance.now() - spentMs;
    let isDone: boolean;
    do {
      isDone = job();
      spentMs = performance.now() - startedMs;
    } while (!isDone && spentMs < sliceMs);
    return isDone;
  }

  /** Those that wait take turns, so that a short text doesn't wait for a long one to end. */
  function runTurn(): void {
    isNextTurnBooked = false;
    spentMs = 0;
    do {
      const job = waiting.shift();
      if (job === undefined) return;
      if (!runSlice(job)) waiting.push(job);
    } while (spentMs < sliceMs);
    bookNextTurn();
  }

  /** Also when nobody waits, so that the next turn has its whole slice again. */
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
