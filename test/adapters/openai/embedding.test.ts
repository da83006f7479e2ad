import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createEmbeddingModel } from "../../../src/adapters/openai/embedding.ts";
import type { EmbeddingModelOptions } from "../../../src/adapters/openai/embedding.ts";
import { moderated } from "../../support/moderated.ts";
import { startOpenAiServer } from "../../support/openai-server.ts";
import type { OpenAiServer } from "../../support/openai-server.ts";
import { connect, never, person } from "./chat-client.ts";

let server: OpenAiServer;
beforeEach(async () => {
  server = await startOpenAiServer();
});
afterEach(() => server.close());

function embedding(options: EmbeddingModelOptions = {}, to: OpenAiServer = server) {
  return createEmbeddingModel(connect(to), options, { now: () => 1_000, newId: () => "call-1" });
}

const wanted = { model: "text-embedding-3-small", dimensions: 64, person };

function lengthOf(vector: Float32Array | undefined): number {
  return Math.hypot(...(vector ?? []));
}

describe("vectors", () => {
  test("they come one a text, in order, of the asked dimensions and of length 1", async () => {
    const [one] = (await embedding().embed([moderated("first")], wanted, never)).vectors;
    const { vectors, call } = await embedding().embed(["zero", "first"].map(moderated), wanted, never);
    expect(vectors).toHaveLength(2);
    expect(vectors[1]).toEqual(one);
    expect(vectors.map((vector) => vector.length)).toEqual([64, 64]);
    for (const vector of vectors) expect(lengthOf(vector)).toBeCloseTo(1, 5);
    expect(call).toMatchObject({
      callId: "call-1",
      responseId: "req_2",
      model: "text-embedding-3-small",
      kind: "embedding",
      tokens: { input: 3, output: 0 },
      estimated: false,
      finishReason: "stop",
    });
  });

  test("base64 and floats are the same vectors", async () => {
    const texts = ["a", "b", "c"].map(moderated);
    const [asFloat, asBase64] = await Promise.all(
      (["float", "base64"] as const).map((encoding) => embedding({ encoding }).embed(texts, wanted, never)),
    );
    expect(asBase64?.vectors).toEqual(asFloat?.vectors);
  });

  test.each(["ignore", "refuse"] as const)(
    "a service that would %s base64 works as it stands",
    async (base64) => {
      const other = await startOpenAiServer({ base64 });
      const { vectors } = await embedding({}, other).embed([moderated("a")], wanted, never);
      expect(lengthOf(vectors[0])).toBeCloseTo(1, 5);
      await other.close();
    },
  );

  test("a service that answers floats to base64 is read", async () => {
    const other = await startOpenAiServer({ base64: "ignore" });
    const { vectors } = await embedding({ encoding: "base64" }, other).embed([moderated("a")], wanted, never);
    expect(lengthOf(vectors[0])).toBeCloseTo(1, 5);
    await other.close();
  });
});

describe("batches", () => {
  test("2,050 texts are two requests and one call, in order", async () => {
    const texts = Array.from({ length: 2_050 }, (_, i) => moderated(`text ${i}`));
    const { vectors, call } = await embedding().embed(texts, { ...wanted, dimensions: 8 }, never);
    expect(server.embeddingRequests.map(({ body }) => body.input.length)).toEqual([2_048, 2]);
    const alone = await embedding().embed([moderated("text 2049")], { ...wanted, dimensions: 8 }, never);
    expect(vectors[2_049]).toEqual(alone.vectors[0]);
    expect(call.responseId).toBe("req_1");
  });

  test("no request has more bytes than it may have tokens", async () => {
    const texts = Array.from({ length: 40 }, () => moderated("哈".repeat(5_000)));
    await embedding().embed(texts, { ...wanted, dimensions: 8 }, never);
    const bytes = server.embeddingRequests.map(({ body }) => Buffer.byteLength(body.input.join("")));
    expect(Math.max(...bytes)).toBeLessThanOrEqual(300_000);
    expect(bytes.reduce((sum, each) => sum + each)).toBe(600_000);
  });

  test("no text makes no request", async () => {
    expect((await embedding().embed([], wanted, never)).vectors).toEqual([]);
    expect(server.requests).toEqual([]);
  });
});

test("the person goes out as a hash", async () => {
  await embedding().embed([moderated("a")], wanted, never);
  expect(server.embeddingRequests[0]?.body).toMatchObject({
    user: expect.stringMatching(/^[\w-]{43}$/) as unknown,
  });
});

describe("failures", () => {
  test.each([
    ["model_unauthorized", { kind: "unauthorized" }],
    ["model_unavailable", { kind: "serverError" }],
    ["model_malformed", { kind: "page" }],
    ["model_unreachable", { kind: "reset" }],
  ] as const)("%s: %o", async (code, fault) => {
    server.fail("embedding", fault);
    await expect(embedding().embed([moderated("a")], wanted, never)).rejects.toMatchObject({ code });
  });

  test("vectors of other dimensions than asked for are model_malformed", async () => {
    server.answerEmbeddingWith({ data: [{ index: 0, embedding: [1, 0, 0] }] });
    await expect(embedding().embed([moderated("a")], wanted, never)).rejects.toMatchObject({
      code: "model_malformed",
      facts: { dimensions: 64, sentDimensions: 3 },
    });
  });

  test("two vectors for one text are model_malformed", async () => {
    const embeddings = Array.from({ length: 64 }, () => 1);
    server.answerEmbeddingWith({
      data: [
        { index: 0, embedding: embeddings },
        { index: 0, embedding: embeddings },
      ],
    });
    await expect(embedding().embed(["a", "b"].map(moderated), wanted, never)).rejects.toMatchObject({
      code: "model_malformed",
    });
  });

  test("a service without usage leaves an estimate", async () => {
    server.answerEmbeddingWith({ data: [{ index: 0, embedding: Array.from({ length: 64 }, () => 1) }] });
    const { call } = await embedding().embed([moderated("four score")], wanted, never);
    expect(call).toMatchObject({ estimated: true, tokens: { input: 3 } });
  });
});
