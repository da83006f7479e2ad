import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createModerationModel } from "../../../src/adapters/openai/moderation.ts";
import type { ModerationModelOptions } from "../../../src/adapters/openai/moderation.ts";
import type { AppError } from "../../../src/core/errors.ts";
import { paint } from "../../support/files.ts";
import { startOpenAiServer } from "../../support/openai-server.ts";
import type { Fault, OpenAiServer } from "../../support/openai-server.ts";
import { connect, never } from "./chat-client.ts";
import type { ClientTimes } from "./chat-client.ts";

let server: OpenAiServer;
beforeEach(async () => {
  server = await startOpenAiServer({
    blockWords: { kaboom: "violence", grr: "harassment" },
    nullCategories: true,
  });
});
afterEach(() => server.close());

function moderation(options: ModerationModelOptions = {}, times: ClientTimes = {}) {
  let time = 1_000;
  const now = () => (time += 5);
  return createModerationModel(connect(server, times), options, { now, newId: () => "call-1" });
}

async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  return promise.then(
    () => expect.unreachable("it succeeded"),
    (error: unknown) => error as AppError,
  );
}

describe("scores", () => {
  test("texts are judged in one request, each with its own scores, in order", async () => {
    const { results, call } = await moderation().classify(["hello", "kaboom!", "grr"], never);
    expect(results.map((scores) => Object.keys(scores).filter((name) => scores[name]?.flagged))).toEqual([
      [],
      ["violence"],
      ["harassment"],
    ]);
    expect(results[1]?.["violence"]).toEqual({ flagged: true, score: 0.97 });
    expect(server.moderationRequests.map(({ body }) => body)).toEqual([
      { model: "omni-moderation-latest", input: ["hello", "kaboom!", "grr"] },
    ]);
    expect(call).toEqual({
      callId: "call-1",
      responseId: "req_1",
      model: "omni-moderation-latest",
      kind: "moderation",
      tokens: { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 },
      estimated: false,
      startedAt: 1_005,
      durationMs: 5,
      finishReason: "stop",
    });
  });

  test("a category that the service leaves null has no score", async () => {
    const { results } = await moderation().classify(["hello"], never);
    expect(Object.keys(results[0] ?? {})).toHaveLength(11);
    expect(results[0]).not.toHaveProperty("illicit");
  });

  test("a message without a word is judged too", async () => {
    const { results } = await moderation().classify(["", "  \n"], never);
    expect(results.map((scores) => scores["violence"]?.flagged)).toEqual([false, false]);
  });
});

describe("long texts", () => {
  const pieceSize = { maxChars: 100, overlapChars: 20 };

  test.each([0, 95, 99, 100, 101, 180, 3_000, 6_990])(
    "a word at %i of 7,000 characters is found",
    async (at) => {
      const filler = "lorem ipsum ".repeat(600);
      const text = `${filler.slice(0, at)}kaboom${filler.slice(at, 7_000)}`;
      const { results } = await moderation({ pieceSize }).classify(["calm", text, "calm"], never);
      expect(results.map((scores) => scores["violence"]?.flagged)).toEqual([false, true, false]);
    },
  );

  test.each([95, 99, 100, 101])("a word at %i of a text without a space is found", async (at) => {
    const text = `${"x".repeat(at - 3)}kaboom${"x".repeat(500)}`;
    const { results } = await moderation({ pieceSize }).classify([text], never);
    expect(results[0]?.["violence"]?.flagged).toBe(true);
  });

  test("a text has the worst score of its pieces, and no request has more than 32 of them", async () => {
    const text = `grr ${"lorem ipsum ".repeat(600)} kaboom`;
    const { results } = await moderation({ pieceSize }).classify([text], never);
    expect(results[0]).toMatchObject({
      harassment: { flagged: true, score: 0.97 },
      violence: { flagged: true, score: 0.97 },
      hate: { flagged: false, score: 0.0001 },
    });
    const sizes = server.moderationRequests.map(({ body }) => body.input.length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBe(32);
  });
});

describe("failures", () => {
  const faults: readonly (readonly [Fault, string])[] = [
    [{ kind: "unauthorized" }, "model_unauthorized"],
    [{ kind: "unknownModel" }, "model_unknown"],
    [{ kind: "rateLimited", headers: { "retry-after": "60" } }, "model_rate_limited"],
    [{ kind: "quotaExhausted" }, "model_quota_exhausted"],
    [{ kind: "serverError" }, "model_unavailable"],
    [{ kind: "badRequest" }, "model_refused_request"],
    [{ kind: "reset" }, "model_unreachable"],
    [{ kind: "silence" }, "model_timeout"],
    [{ kind: "page" }, "model_malformed"],
    [{ kind: "garbled" }, "model_malformed"],
  ];

  test.each(faults)("%o is moderation_unavailable because of %s, and quotes nothing", async (fault, code) => {
    server.fail("moderation", fault);
    const error = await failureOf(moderation({}, { timeoutMs: 200 }).classify(["canary-Qy93"], never));
    expect(error).toMatchObject({ code: "moderation_unavailable", cause: { code }, facts: { reason: code } });
    const told = [error, error.cause as AppError].flatMap(({ message, facts }) => [
      message,
      JSON.stringify(facts),
    ]);
    expect(told.join("\n")).not.toMatch(/Qy93|sk-test/);
  });

  test("how long to wait is passed on", async () => {
    server.fail("moderation", { kind: "rateLimited", headers: { "retry-after": "60" } });
    expect(await failureOf(moderation().classify(["hi"], never))).toMatchObject({ retryAfterMs: 60_000 });
  });

  test("a failure in a later piece fails the whole text", async () => {
    server.fail("moderation", { kind: "serverError" });
    const long = "lorem ipsum ".repeat(2_000);
    const pieceSize = { maxChars: 200, overlapChars: 20 };
    expect((await failureOf(moderation({ pieceSize }).classify([long], never))).code).toBe(
      "moderation_unavailable",
    );
  });

  test("an abort is an abort and not an outage", async () => {
    server.fail("moderation", { kind: "silence" });
    const controller = new AbortController();
    const judging = failureOf(moderation().classify(["hi"], controller.signal));
    await vi.waitUntil(() => server.moderationRequests.length === 1);
    controller.abort();
    expect((await judging).code).toBe("aborted");
    expect(await server.moderationRequests[0]?.closed).toBe("aborted");
  });
});

describe("answers that are not whole", () => {
  test.each([
    ["fewer results than texts", { results: [] }],
    ["a result without categories", { results: [{ flagged: false }] }],
    ["no results", {}],
  ])("%s fail closed", async (_, answer) => {
    server.answerModerationWith(answer);
    expect(await failureOf(moderation().classify(["hi"], never))).toMatchObject({
      code: "moderation_unavailable",
      facts: { reason: "model_malformed" },
    });
  });

  test("a result that is flagged without a category stays flagged", async () => {
    server.answerModerationWith({
      results: [{ flagged: true, categories: { hate: false }, category_scores: { hate: 0.1 } }],
    });
    const { results } = await moderation().classify(["hi"], never);
    expect(results[0]).toEqual({
      hate: { flagged: false, score: 0.1 },
      flagged: { flagged: true, score: 1 },
    });
  });
});

describe("a picture", () => {
  const pictureOf = (red: number) => ({
    bytes: paint(8, 8, () => [red, 0, 0, 255]).get_bytes_jpeg(90),
    mediaType: "image/jpeg" as const,
    width: 8,
    height: 8,
  });

  test("is judged by its bytes, in a request of its own", async () => {
    server.blockWords({ "picture of red": "violence/graphic" });
    const { scores, call } = await moderation().classifyPicture(pictureOf(255), never);
    expect(scores["violence/graphic"]).toEqual({ flagged: true, score: 0.97 });
    expect(call).toMatchObject({ kind: "moderation", callId: "call-1" });
    const harmless = await moderation().classifyPicture(pictureOf(0), never);
    expect(Object.values(harmless.scores).some(({ flagged }) => flagged)).toBe(false);
    expect(server.moderationRequests).toHaveLength(2);
  });

  test("that is none is refused by the service, and that is no verdict", async () => {
    const broken = { ...pictureOf(0), bytes: Buffer.from("no picture") };
    const error = await failureOf(moderation().classifyPicture(broken, never));
    expect(error.code).toBe("moderation_unavailable");
  });
});
