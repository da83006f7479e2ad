import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import type { ChatPlace } from "../support/chat-client.ts";
import { platforms, startParleyOn } from "../support/platforms.ts";
import type { PlatformTitle } from "../support/platforms.ts";

const dm: ChatPlace = { as: "ada", channel: "dm-ada" };

describe.each(Object.keys(platforms) as PlatformTitle[])("away from %s", { timeout: 60_000 }, (title) => {
  it("Parley answers afterwards what was written meanwhile, once, in channels, threads and directly", async () => {
    await using parley = await startParleyOn(title);
    const { chat, openai } = parley;
    openai.reply("ok");
    const { id: root } = await chat.post({ as: "ada", channel: "general", text: "@Parley before" });
    const thread: ChatPlace = { as: "ada", channel: "general", thread: root };
    await chat.answers(thread);
    await chat.post({ ...dm, text: "before" });
    await chat.answers(dm);
    let asked = "";
    await parley.restart({
      async meanwhile() {
        asked = (await chat.post({ as: "ben", channel: "general", text: "@Parley meanwhile" })).id;
        await chat.post({ ...thread, as: "ben", text: "meanwhile in the thread" });
        await chat.post({ ...dm, text: "meanwhile" });
        await chat.post({ as: "ben", channel: "general", text: "not for you" });
      },
    });
    await chat.answers({ as: "ben", channel: "general", thread: asked });
    await chat.answers(thread, 2);
    await chat.answers(dm, 2);
    await sleep(500);
    expect(openai.chatRequests).toHaveLength(5);
  });

  // Over HTTP Slack itself delivers again what nobody took.
  it.skipIf(title === "Slack over HTTP")(
    "Parley doesn't answer what was written too long ago, and counts it",
    async () => {
      await using parley = await startParleyOn(title, "catchUp: { maxAgeMinutes: 1 }");
      const { chat, openai } = parley;
      await parley.restart({
        aheadMs: 120_000,
        meanwhile: async () =>
          void (await chat.post({ as: "ada", channel: "general", text: "@Parley meanwhile" })),
      });
      await chat.until(async () => {
        const text = await (await fetch(`${parley.url}/metrics`)).text();
        return /parley_missed_events_total\{platform="\w+",outcome="too_old"\} 1/.test(text)
          ? true
          : undefined;
      }, "the count");
      expect(openai.requests).toEqual([]);
    },
  );
});
