import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";

import type { ErrorCode } from "../../src/core/errors.ts";
import { en } from "../../src/core/words/en.ts";
import type { Fault } from "../support/openai-server.ts";
import { startParley } from "../support/parley.ts";

const quick = "model: { maxRetries: 0, timeoutMs: 700, idleTimeoutMs: 400 }\nmoderation: { retryMs: 0 }";
const words = Array.from({ length: 40 }, (_, i) => `word${i}`).join(" ");

interface Case {
  readonly what: string;
  readonly fault: Fault;
  readonly code: ErrorCode;
  /** The beginning of the answer came, and stays. */
  readonly partly?: true;
  /** The next question waits until the service is ready for it. */
  readonly waits?: true;
}

const cases: readonly Case[] = [
  { what: "a key that isn't accepted", fault: { kind: "unauthorized" }, code: "model_unauthorized" },
  { what: "an unknown model", fault: { kind: "unknownModel" }, code: "model_unknown" },
  {
    what: "429 with retry-after",
    fault: { kind: "rateLimited", headers: { "retry-after": "120" } },
    code: "model_rate_limited",
    waits: true,
  },
  { what: "429 without retry-after", fault: { kind: "rateLimited" }, code: "model_rate_limited" },
  { what: "an empty account", fault: { kind: "quotaExhausted" }, code: "model_quota_exhausted" },
  { what: "500", fault: { kind: "serverError" }, code: "model_unavailable" },
  { what: "503", fault: { kind: "serverError", status: 503 }, code: "model_unavailable" },
  { what: "a reset connection", fault: { kind: "reset" }, code: "model_unreachable" },
  { what: "a service that never answers", fault: { kind: "silence" }, code: "model_timeout" },
  {
    what: "a stream that stalls",
    fault: { kind: "stall", afterChunks: 3 },
    code: "model_stalled",
    partly: true,
  },
  {
    what: "a stream cut in the middle",
    fault: { kind: "cut", afterChunks: 3 },
    code: "model_cut",
    partly: true,
  },
  {
    what: "a stream without finish_reason",
    fault: { kind: "endWithoutFinish", afterChunks: 3, done: true },
    code: "model_cut",
    partly: true,
  },
  {
    what: "a malformed frame",
    fault: { kind: "malformedFrame", afterChunks: 3 },
    code: "model_malformed",
    partly: true,
  },
  { what: "a content filter", fault: { kind: "filtered", afterChunks: 0 }, code: "model_filtered" },
  { what: "a refused request", fault: { kind: "badRequest" }, code: "model_refused_request" },
];

describe("a failing model service", () => {
  it.each(cases)(
    "explains $what, with a reference that stands in the log, and goes on",
    async ({ fault, code, partly, waits }) => {
      await using parley = await startParley(quick);
      const { client, openai, log } = parley;
      openai.reply(words);
      openai.fail("chat", fault);
      await client.post({ as: "ada", channel: "dm-ada", text: "hello" });
      const [answer] = await client.answers({ as: "ada", channel: "dm-ada" });

      const reference = /Reference (\w{8})/.exec(answer?.text ?? "")?.[1];
      expect(log.filter(({ fields }) => fields["reference"] === reference)).toMatchObject([
        { level: "error", fields: { code } },
      ]);
      const [sentence = ""] = en.errors[code]({ model: "gpt-6-luna", retryAfterSeconds: 120 }).split(
        " and asks ",
      );
      expect(answer?.text).toContain(sentence.slice(0, 40));
      expect(answer?.text.startsWith("word0 ")).toBe(partly === true);

      if (waits) return;
      openai.heal();
      await client.post({ as: "ada", channel: "dm-ada", text: "again" });
      const answers = await client.answers({ as: "ada", channel: "dm-ada" }, 2);
      expect(answers[1]?.text).toBe(words);
    },
  );

  it("explains that it can't be reached while it is down", async () => {
    await using parley = await startParley(quick);
    const { client, openai } = parley;
    await openai.goDown();
    await client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    const [answer] = await client.answers({ as: "ada", channel: "dm-ada" });
    expect(answer?.text).toContain(en.errors.moderation_unavailable({}));
    await openai.comeBack();
    await client.post({ as: "ada", channel: "dm-ada", text: "again" });
    expect((await client.answers({ as: "ada", channel: "dm-ada" }, 2))[1]?.text).toBe("You said: again");
  });

  it.each<[string, Fault]>([
    ["429", { kind: "rateLimited", headers: { "retry-after-ms": "10" } }],
    ["500", { kind: "serverError" }],
  ])("is asked again after a passing %s, and nobody notices", async (_what, fault) => {
    await using parley = await startParley("model: { maxRetries: 2 }");
    const { client, openai } = parley;
    openai.fail("chat", fault);
    await client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    const [answer] = await client.answers({ as: "ada", channel: "dm-ada" });
    expect(answer?.text).toBe("You said: hello");
    expect(openai.chatRequests).toHaveLength(2);
  });

  it("that sends no usage costs nobody an answer", async () => {
    await using parley = await startParley(quick);
    const { client, openai } = parley;
    openai.fail("chat", { kind: "noUsage" });
    await client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    expect((await client.answers({ as: "ada", channel: "dm-ada" }))[0]?.text).toBe("You said: hello");
  });

  it("that reads less than was believed is asked with less", async () => {
    await using parley = await startParley(quick);
    const { client, openai } = parley;
    openai.fail("chat", { kind: "contextLength" });
    await client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    expect((await client.answers({ as: "ada", channel: "dm-ada" }))[0]?.text).toBe("You said: hello");
  });

  it("never gets a key, a prompt or a reply into the log, or a key into an answer", async () => {
    const [prompt, reply, key] = [
      `canary-${randomUUID()}`,
      `canary-${randomUUID()}`,
      `sk-canary-${randomUUID()}`,
    ];
    await using parley = await startParley(quick, { env: { OPENAI_API_KEY: key } });
    const { client, openai, log } = parley;
    openai.reply(`${reply} ${words}`);
    let count = 0;
    const passing = cases.filter(({ waits }) => !waits);
    for (const { fault } of [...passing, { fault: { kind: "noUsage" } as const }]) {
      openai.fail("chat", fault);
      await client.post({ as: "ada", channel: "dm-ada", text: prompt });
      await client.answers({ as: "ada", channel: "dm-ada" }, ++count);
      openai.heal();
    }
    openai.fail("moderation", { kind: "badRequest" });
    await client.post({ as: "ada", channel: "dm-ada", text: `${prompt} once more` });
    const answers = await client.answers({ as: "ada", channel: "dm-ada" }, ++count);
    const logged = JSON.stringify(log);
    for (const canary of [prompt, reply, key]) expect(logged).not.toContain(canary);
    expect(JSON.stringify(answers)).not.toContain(key);
  }, 30_000);
});
