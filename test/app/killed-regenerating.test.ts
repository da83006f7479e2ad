import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import { openDeliveryWorld } from "../support/delivery-world.ts";
import { startMortalProcess } from "../support/mortal-process.ts";
import type { PlatformTitle } from "../support/platforms.ts";

const titles: readonly PlatformTitle[] = ["Discord", "Slack over a socket"];
describe.each(titles)("killed with SIGKILL in %s", { timeout: 120_000 }, (title) => {
  // Of the writes: the press, what it came to, its end, what was heard, the whole text, the end.
  it("while an answer is written anew, it is written to its end in the same message", async () => {
    await using world = await openDeliveryWorld(title);
    const { openai, local } = world;
    const { chat } = local;
    let parley = await startMortalProcess(world.env);
    await world.untilReady(parley);
    const thread = await world.ask();
    await world.expectOneAnswer(thread);
    const [answer] = await chat.answers(thread);
    for (const write of [2, 4]) {
      const anew = `written anew, at write ${write}`;
      openai.reply(anew);
      await parley.dieAt({ write, when: "after" });
      const target = { ...thread, id: answer?.id ?? "" };
      await chat.press(target, "regenerate");
      while (!parley.isDead()) await sleep(10);
      parley = await startMortalProcess(world.env);
      await world.untilReady(parley);
      const shown = await chat.until(async () => {
        const own = (await chat.messages(thread)).filter(({ isOwn }) => isOwn);
        return own.every(({ text, buttons }) => text === anew && buttons.includes("regenerate"))
          ? own
          : undefined;
      }, "the answer to be written anew");
      expect(shown.map(({ id }) => id)).toEqual([answer?.id]);
    }
    await parley.kill();
  });
});
