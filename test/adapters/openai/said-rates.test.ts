import { expect, it, test } from "vitest";

import { createChatModel } from "../../../src/adapters/openai/chat.ts";
import { readSaidRates } from "../../../src/adapters/openai/said-rates.ts";
import type { SaidRates } from "../../../src/core/rate-limit.ts";
import { startOpenAiServer } from "../../support/openai-server.ts";
import { chatRequest, collect, connect, never } from "./chat-client.ts";

test.each<[headers: Record<string, string>, said: SaidRates]>([
  [{}, {}],
  [
    { "x-ratelimit-limit-requests": "500", "x-ratelimit-limit-tokens": "200000" },
    { requestsPerMinute: 500, tokensPerMinute: 200_000 },
  ],
  [{ "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s" }, { pauseMs: 360_000 }],
  [{ "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "8.64s" }, { pauseMs: 8_640 }],
  [{ "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "120ms" }, { pauseMs: 120 }],
  [{ "x-ratelimit-remaining-tokens": "1", "x-ratelimit-reset-tokens": "120ms" }, {}],
  [{ "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "soon" }, {}],
  [{ "x-ratelimit-limit-requests": "-1", "x-ratelimit-limit-tokens": "0" }, {}],
  [{ "x-ratelimit-limit-requests": "many" }, {}],
])("%j says %j", (headers, said) => expect(readSaidRates(new Headers(headers))).toEqual(said));

it("the service's rates are heard with an answer and with a refusal", async () => {
  await using server = await startOpenAiServer({ rates: { requests: 1, tokens: 5_000 } });
  const heard: (readonly [string, SaidRates])[] = [];
  const model = createChatModel(
    connect(server),
    { firstByteTimeoutMs: 20_000, idleTimeoutMs: 20_000 },
    { onRates: (name, said) => heard.push([name, said]) },
  );
  expect((await collect(model.stream(chatRequest("hi"), never))).error).toBeUndefined();
  const refused = await collect(model.stream(chatRequest("hi"), never));
  expect(refused.error).toMatchObject({ code: "model_rate_limited" });
  const said = { requestsPerMinute: 1, tokensPerMinute: 5_000, pauseMs: expect.any(Number) };
  expect(heard).toEqual([
    ["gpt-4o-mini", said],
    ["gpt-4o-mini", said],
  ]);
});
