import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import type { ChatPlace } from "../support/chat-client.ts";
import { platforms, startParleyOn } from "../support/platforms.ts";
import type { PlatformTitle } from "../support/platforms.ts";

/** Long enough for an answer that should not come. */
const settleMs = 400;

describe.concurrent.each(Object.keys(platforms) as PlatformTitle[])(
  "bots in %s",
  { timeout: 30_000 },
  (title) => {
    it("are not answered", async () => {
      await using parley = await startParleyOn(title);
      await parley.local.otherBot.say({ as: "ada", channel: "general", text: "@Parley hello" });
      await sleep(settleMs);
      expect(parley.openai.requests).toEqual([]);
    });

    it("that are allowed to talk get three answers, and then wait for a person", async () => {
      await using parley = await startParleyOn(title, ({ otherBot }) => `bots: ["${otherBot.id}"]`);
      const { chat, local, openai } = parley;
      openai.reply("ok");
      const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley begin" });
      const thread: ChatPlace = { as: "ada", channel: "general", thread: id };
      await chat.answers(thread, 1);
      for (let turn = 1; turn <= 5; turn++) {
        await local.otherBot.say({ ...thread, text: `@Parley turn ${turn}` });
        if (turn <= 3) await chat.answers(thread, 1 + turn);
        else await sleep(settleMs);
      }
      expect(await chat.answers(thread)).toHaveLength(4);
      await chat.post({ ...thread, text: "go on" });
      await chat.answers(thread, 5);
      await local.otherBot.say({ ...thread, text: "@Parley thanks" });
      await chat.answers(thread, 6);
    });
  },
);
