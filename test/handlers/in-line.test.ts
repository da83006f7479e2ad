import { expect, it } from "vitest";

import { startParley } from "../support/parley.ts";

it("who waits for the model reads the place in line where the answer will be, and may stop", async () => {
  await using parley = await startParley("shutdown: { drainMs: 0 }");
  const { client, openai } = parley;
  openai.rates({ requests: 1, tokens: 1_000_000 });
  openai.reply("Yes.");
  // The service teaches its rate with its first answer.
  const { id: first } = await client.post({ as: "ada", channel: "general", text: "@Parley one?" });
  await client.answers({ as: "ada", channel: "general", thread: first });
  const waiting = await Promise.all(
    ["two?", "three?"].map((text) => client.post({ as: "ben", channel: "general", text: `@Parley ${text}` })),
  );
  const shown = () =>
    Promise.all(
      waiting.map(async ({ id }) => {
        const { messages } = await client.messages("ben", "general", id);
        return messages.find(({ author }) => author === "parley")?.text ?? "";
      }),
    );
  const texts = await client.until(async () => {
    const read = await shown();
    return read.every((text) => text !== "") ? read : undefined;
  }, "both to read their places");
  expect(texts.toSorted()).toEqual([
    expect.stringContaining("The model is busy. You are 2nd in line."),
    expect.stringContaining("The model is busy. You are next in line."),
  ]);
  expect(openai.chatRequests).toHaveLength(1);
});
