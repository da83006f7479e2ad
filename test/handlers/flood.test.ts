import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import { startParley } from "../support/parley.ts";
import type { PlaygroundClient } from "../support/playground-client.ts";

const noticed = (client: PlaygroundClient, as: string, thread: string) =>
  client.until(async () => {
    const { notices } = await client.messages(as, "general", thread);
    return notices.length > 0 ? notices : undefined;
  }, "a notice");

describe("more than may be asked at once", () => {
  it("is answered with one private notice, and goes to no model", async () => {
    await using parley = await startParley("flood: { repliesPerPersonPerMinute: 2 }");
    const { client, openai } = parley;
    openai.reply("ok");
    for (const text of ["one", "two"]) {
      const { id } = await client.post({ as: "ada", channel: "general", text: `@Parley ${text}` });
      await client.answers({ as: "ada", channel: "general", thread: id });
    }
    const third = await client.post({ as: "ada", channel: "general", text: "@Parley three" });
    const notices = await noticed(client, "ada", third.id);
    const fourth = await client.post({ as: "ada", channel: "general", text: "@Parley four" });
    await sleep(300);
    expect((await client.messages("ada", "general", fourth.id)).notices).toEqual([]);
    expect(JSON.stringify(notices)).toMatch(/more than I can answer at once\. Please wait \d+ seconds/);
    expect((await client.messages("ben", "general", third.id)).notices).toEqual([]);
    expect(openai.chatRequests).toHaveLength(2);
    expect(openai.moderationRequests).toHaveLength(2);

    const { id } = await client.post({ as: "ben", channel: "general", text: "@Parley five" });
    await client.answers({ as: "ben", channel: "general", thread: id });
    expect(openai.chatRequests).toHaveLength(3);
  });

  it("is counted for a channel as a whole too", async () => {
    await using parley = await startParley("flood: { repliesPerChannelPerMinute: 1 }");
    const { client, openai } = parley;
    openai.reply("ok");
    const { id } = await client.post({ as: "ada", channel: "general", text: "@Parley one" });
    await client.answers({ as: "ada", channel: "general", thread: id });
    const second = await client.post({ as: "ben", channel: "general", text: "@Parley two" });
    await noticed(client, "ben", second.id);
    await client.post({ as: "ben", channel: "engineering", text: "@Parley three" });
    await client.until(
      async () => (openai.chatRequests.length === 2 ? true : undefined),
      "an answer elsewhere",
    );
  });
});
