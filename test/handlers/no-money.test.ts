import { expect, it } from "vitest";

import type { LedgerEntry } from "../../src/core/ledger.ts";
import { startParley } from "../support/parley.ts";
import type { TestParley } from "../support/parley.ts";
import { priced } from "../support/prices.ts";

/** A cent a token of an answer, and a tenth of it where a cheaper model wrote it. */
const priceOf = ({
  model,
  tokens,
}: {
  readonly model: string;
  readonly tokens: { readonly output: number };
}) => priced(tokens.output * (model.includes("mini") ? 1_000 : 10_000));

const place = { as: "ada", channel: "general" } as const;

async function ask({ client }: TestParley, text: string): Promise<string> {
  const { id: thread } = await client.post({ ...place, text: `@Parley ${text}` });
  const [answer] = await client.answers({ ...place, thread });
  return answer?.text ?? "";
}

async function give({ client }: TestParley, text: string): Promise<void> {
  const read = async () => (await client.messages("ada", "general")).notices.length;
  const before = await read();
  await client.tryPost({ ...place, text: `/parley ${text}` });
  await client.until(async () => (await read()) > before || undefined, `the answer to ${text}`);
}

it("a cheaper model answers in place of one for which there is no money, and says so", async () => {
  const yaml =
    "model: { maxOutputTokens: 2 }\nbudgets: { fallbackModel: gpt-4o-mini, fallbackUpToPercent: 200 }";
  await using parley = await startParley(yaml, { priceOf });
  const { openai } = parley;
  openai.reply("Yes.");
  await give(parley, "budget set workspace $0.02 day");
  expect(await ask(parley, "one?")).toBe("Yes.");
  expect(await ask(parley, "two?")).toMatch(
    /^Yes\.\s+\*A budget is used up, so the cheaper model `gpt-4o-mini` answered\.\*$/,
  );
  expect(openai.chatRequests.map(({ body }) => body.model)).toEqual(["gpt-6-luna", "gpt-4o-mini"]);
});

it("what was written before the stop stays, and is paid for as it was counted", async () => {
  await using parley = await startParley("", { priceOf });
  const { client, openai, storage } = parley;
  openai.reply(Array.from({ length: 500 }, (_, i) => `word${i}`).join(" "));
  openai.pace({ chunkDelayMs: 40 });
  await give(parley, "budget set workspace $90 day");
  const { id: thread } = await client.post({ ...place, text: "@Parley a story" });
  await client.until(
    async () =>
      (await client.messages("ada", "general", thread)).messages.some(({ text }) => text.includes("word2")) ||
      undefined,
    "the answer to begin",
  );
  await client.tryPost({ ...place, text: "/parley budget stop" });
  const [answer] = await client.answers({ ...place, thread });
  expect(answer?.text).toMatch(/^word0 word1 .*An admin has stopped everything/s);
  const entries = await storage.log.range<LedgerEntry>("ledger/playground/playground", {
    direction: "newestFirst",
    limit: 10,
  });
  const chat = entries.map(({ value }) => value).find(({ kind }) => kind === "chat");
  expect(chat).toMatchObject({ estimated: true, finishReason: "calls_stopped", isBudgeted: true });
  expect(chat?.tokens.output).toBeGreaterThan(0);
  await client.tryPost({ ...place, text: "@Parley anybody?" });
  const counted = 'parley_model_calls_refused_total{platform="playground",why="stopped"} 1';
  await client.until(async () => {
    const body = await (await fetch(`${parley.url}/metrics`)).text();
    return body.includes(counted) || undefined;
  }, counted);
  const day = new Date(chat?.startedAt ?? 0).toISOString().slice(0, 10);
  const [sums] = await storage.counters.read([`budget/playground%2Fplayground%2Fworkspace/day/${day}`]);
  expect(sums).toEqual({ used: (chat?.tokens.output ?? 0) * 10_000 });
});
