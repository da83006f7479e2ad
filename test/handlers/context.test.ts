import { describe, expect, it } from "vitest";

import { en } from "../../src/core/words/en.ts";
import type { ChatBody } from "../support/openai-server.ts";
import { startParley } from "../support/parley.ts";
import { seedTurns } from "../support/seed.ts";

const dm = { as: "ada", channel: "dm-ada" };
const turnText = (i: number) => `This is turn number ${i} of a long talk about the harbour and its cranes.`;
const contents = (body: ChatBody | undefined) =>
  (body?.messages ?? []).slice(1).map((message) => String(message.content));

describe("a conversation of 5,000 messages", () => {
  const seed = (dataDir: string) => seedTurns(dataDir, [{ channel: "dm-ada" }], turnText, 5_000, 18);

  it("is answered from its newest messages, without a gap, and says so once", async () => {
    await using parley = await startParley("context: { maxTokens: 1000 }", { seed });
    const { client, openai } = parley;
    openai.reply("ok");
    await client.post({ ...dm, text: "and now?" });
    const [first] = await client.answers(dm);
    const said = contents(openai.chatRequests[0]?.body);
    expect(said.at(-1)).toBe("and now?");
    expect(said.slice(0, -1)).toEqual(
      Array.from({ length: said.length - 1 }, (_, i) => turnText(5_001 - said.length + i)),
    );
    expect(said.length).toBeGreaterThan(20);
    expect(first?.text).toContain(en.trimmed(said.length));
    await client.post({ ...dm, text: "and then?" });
    expect((await client.answers(dm, 2))[1]?.text).toBe("ok");
  });

  it("never sends more than the model reads, less the reply", async () => {
    const yaml =
      "model: { maxOutputTokens: 500, contextTokens: { gpt-6-luna: 3000 } }\ncontext: { maxTokens: 100000 }";
    await using parley = await startParley(yaml, { seed });
    parley.openai.reply("ok");
    await parley.client.post({ ...dm, text: "and now?" });
    await parley.client.answers(dm);
    const sentChars =
      parley.openai.chatRequests[0]?.body.messages.reduce(
        (sum, { content }) => sum + String(content).length,
        0,
      ) ?? 0;
    expect(sentChars / 6).toBeLessThan(2_500);
    expect(contents(parley.openai.chatRequests[0]?.body).length).toBeGreaterThan(10);
  });
});

describe("a message of 100,000 characters", () => {
  const tooLong = `remember the number 42. ${"All work and no play makes a dull day. ".repeat(2_564)}`;

  it("is answered from its beginning, and both people and model are told", async () => {
    await using parley = await startParley("context: { maxTokens: 2000 }");
    const { client, openai } = parley;
    openai.reply("ok");
    expect(tooLong.length).toBeGreaterThan(100_000);
    await client.post({ ...dm, text: tooLong });
    const [answer] = await client.answers(dm);
    const [sent = ""] = contents(openai.chatRequests[0]?.body);
    expect(sent.startsWith("remember the number 42.")).toBe(true);
    expect(sent.endsWith(en.cutMark)).toBe(true);
    expect(sent.length).toBeLessThan(2_000 * 6);
    expect(answer?.text).toContain("longer than I can read");
    expect(
      openai.moderationRequests.flatMap(({ body }) => body.input).join("").length,
    ).toBeGreaterThanOrEqual(tooLong.trim().length);
    await client.post({ ...dm, text: "still there?" });
    expect((await client.answers(dm, 2))[1]?.text).toContain("ok");
  });
});
