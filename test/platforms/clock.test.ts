import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import type { ChatPlace } from "../support/chat-client.ts";
import { startParleyOn } from "../support/platforms.ts";
import type { PlatformTitle } from "../support/platforms.ts";

const titles: readonly PlatformTitle[] = ["Discord", "Slack over a socket"];
const tenMinutesMs = 600_000;

describe.each(titles)("a clock that is set while Parley runs, on %s", { timeout: 60_000 }, (title) => {
  it("neither ends what is under way, nor makes anything known unknown", async () => {
    await using parley = await startParleyOn(title);
    const { chat, openai } = parley;
    openai.pace({ chunkDelayMs: 30 });
    openai.reply(Array.from({ length: 40 }, (_, i) => `word${i}`).join(" "));
    const asked: ChatPlace[] = [];
    for (const aheadMs of [tenMinutesMs, -tenMinutesMs, tenMinutesMs, 0]) {
      const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley hello" });
      const thread: ChatPlace = { as: "ada", channel: "general", thread: id };
      asked.push(thread);
      await chat.writing(thread);
      parley.setClock(aheadMs);
      await chat.deliverAgain({ as: "ada", channel: "general", id });
      await chat.answers(thread);
    }
    for (const thread of asked)
      await chat.deliverAgain({ as: "ada", channel: "general", id: thread.thread ?? "" });
    await sleep(500);
    for (const thread of asked) expect(await chat.answers(thread)).toHaveLength(1);
    expect(openai.chatRequests).toHaveLength(asked.length);
  });
});
