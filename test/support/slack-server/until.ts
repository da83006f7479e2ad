import { setTimeout as sleep } from "node:timers/promises";

const patienceMs = 15_000;
const pollMs = 5;

/** Polls until the probe answers something. @throws when it never does */
export async function until<T>(
  probe: () => T | Promise<T>,
  what: string,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== null && found !== false) return found as never;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(pollMs);
  }
}
