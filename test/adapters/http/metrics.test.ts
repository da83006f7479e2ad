import { expect, it } from "vitest";

import { startParley } from "../../support/parley.ts";

it("tells Prometheus what became of every question, and how long it took", async () => {
  await using parley = await startParley("");
  const { client, openai, url } = parley;
  openai.reply("ok");
  openai.usage({ prompt_tokens: 1_000, completion_tokens: 200 });
  openai.blockWords({ murder: "violence" });
  await client.post({ as: "ada", channel: "dm-ada", text: "one" });
  await client.answers({ as: "ada", channel: "dm-ada" });
  openai.fail("chat", { kind: "serverError", status: 401 });
  await client.post({ as: "ada", channel: "dm-ada", text: "two" });
  await client.answers({ as: "ada", channel: "dm-ada" }, 2);
  await client.post({ as: "ada", channel: "general", text: "@Parley murder" });
  await client.post({ as: "ada", channel: "general", text: "not for you" });
  const counted = [
    'parley_events_total{platform="playground",kind="message",outcome="accepted"} 3',
    'parley_events_total{platform="playground",kind="message",outcome="ignored"} 1',
    'parley_replies_total{platform="playground",outcome="answered"} 1',
    'parley_replies_total{platform="playground",outcome="explained"} 1',
    'parley_replies_total{platform="playground",outcome="blocked"} 1',
    'parley_first_token_seconds_count{platform="playground"} 1',
    'parley_verdicts_total{kind="message",decision="block",scores="asked"} 1',
    'parley_moderation_seconds_count{outcome="answered"} 3',
    'parley_inbox_entries{state="waiting"} 0',
    'parley_model_calls_total{model="gpt-6-luna",kind="chat",outcome="finished"} 1',
    'parley_model_calls_total{model="gpt-6-luna",kind="chat",outcome="error"} 1',
    'parley_model_calls_total{model="omni-moderation-latest",kind="moderation",outcome="finished"} 3',
    // 1,000 × 0.1 + 200 × 0.5
    'parley_model_cost_micro_usd_total{model="gpt-6-luna",kind="chat"} 200',
    'parley_model_tokens_total{model="gpt-6-luna",kind="chat",class="output"} 200',
  ];
  // An answer is counted just after it can be seen.
  const text = await client.until(async () => {
    const body = await (await fetch(`${url}/metrics`)).text();
    return counted.every((line) => body.includes(line)) ? body : undefined;
  }, counted.join(", "));
  expect(text).toMatch(/^parley_nodejs_eventloop_lag_p99_seconds /m);
});

it("asks for the web token where there is one", async () => {
  await using parley = await startParley("", { env: { PARLEY_WEB_TOKEN: "secret" } });
  expect((await fetch(`${parley.url}/metrics`)).status).toBe(401);
  const headers = { authorization: "Bearer secret" };
  expect((await fetch(`${parley.url}/metrics`, { headers })).status).toBe(200);
});
