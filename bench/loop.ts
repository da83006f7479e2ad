export interface Watched {
  readonly totalMs: number;
  /** The longest time between two turns of the event loop. */
  readonly stretchMs: number;
}

/** How long work takes, and how long it keeps other work waiting at most. */
export async function watchLoop(work: () => Promise<unknown>): Promise<Watched> {
  let isOver = false;
  let stretchMs = 0;
  let turnedMs = performance.now();
  const turn = (): void => {
    const nowMs = performance.now();
    stretchMs = Math.max(stretchMs, nowMs - turnedMs);
    turnedMs = nowMs;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const startedMs = performance.now();
  await work();
  const totalMs = performance.now() - startedMs;
  isOver = true;
  turn();
  return { totalMs, stretchMs };
}

/** What the machine itself does to a loop with nothing to do. */
export async function idleStretch(): Promise<number> {
  return (await watchLoop(() => new Promise((resolve) => setTimeout(resolve, 300)))).stretchMs;
}
