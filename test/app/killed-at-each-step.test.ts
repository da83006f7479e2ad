import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import { openDeliveryWorld } from "../support/delivery-world.ts";
import { startMortalProcess } from "../support/mortal-process.ts";
import type { PlatformTitle } from "../support/platforms.ts";

/** What is written is the same on each platform; what a write stands for there is after it. */
const deaths: readonly (readonly [PlatformTitle, "before" | "after"])[] = [
  ["Discord", "before"],
  ["Discord", "after"],
  ["Slack over a socket", "after"],
];
/** Accepted, checked, being posted, posted, the whole text, answered. */
const leastSteps = 6;
const mostSteps = 20;

describe("killed with SIGKILL", { timeout: 240_000, retry: 0 }, () => {
  it.each(deaths)("in %s, %s each write of a story, it has one whole answer", async (title, when) => {
    await using world = await openDeliveryWorld(title);
    let parley = await startMortalProcess(world.env);
    await world.untilReady(parley);
    let steps = 0;
    for (let write = 1; write <= mostSteps; write++) {
      await parley.dieAt({ write, when });
      const thread = await world.ask();
      const answered = world.expectOneAnswer(thread);
      const ended = await Promise.race([answered.then(() => "answered"), death(parley)]);
      if (ended === "answered") break;
      steps = write;
      parley = await startMortalProcess(world.env);
      await world.untilReady(parley);
      await answered;
    }
    await parley.kill();
    expect(steps).toBeGreaterThanOrEqual(leastSteps);
    expect(steps).toBeLessThan(mostSteps);
  });
});

async function death(parley: { readonly isDead: () => boolean }): Promise<"dead"> {
  while (!parley.isDead()) await sleep(10);
  return "dead";
}
