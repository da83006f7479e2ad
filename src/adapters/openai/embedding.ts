import type { OpenAI } from "openai";
import { z } from "zod";

import { noTokens } from "../../core/ledger.ts";
import { openModerated } from "../../core/moderation.ts";
import type { EmbeddingModel, EmbeddingOptions, NewId, Now } from "../../core/ports.ts";
import { modelError, translateError } from "./errors.ts";
import { hashPerson } from "./person-hash.ts";
import { watchCall } from "./watch-call.ts";

export interface EmbeddingModelOptions {
  /**
   * `base64` is a quarter of the size, and not every compatible service takes it: left out, OpenAI itself is asked for
   * it and others for `float`. Either is read, whatever was asked.
   */
  readonly encoding?: "base64" | "float";
}

/** Limits of one request (OpenAI's reference). A token has at least one byte, so bytes are a bound for tokens. */
const maxInputs = 2_048;
const maxTokens = 300_000;

const embeddingResponse = z.object({
  model: z.string().optional(),
  data: z.array(z.object({ index: z.int().min(0), embedding: z.union([z.string(), z.array(z.number())]) })),
  usage: z.object({ prompt_tokens: z.int().min(0) }).nullish(),
});

/** Embeddings in as few requests as the limits allow. An input beyond the model's own 8,192 tokens is refused by it. */
export function createEmbeddingModel(
  client: OpenAI,
  options: EmbeddingModelOptions,
  deps: { readonly now: Now; readonly newId: NewId },
): EmbeddingModel {
  const { now, newId } = deps;
  const encoding = options.encoding ?? (isOpenAi(client.baseURL) ? "base64" : "float");

  async function request(input: string[], wanted: EmbeddingOptions, signal: AbortSignal) {
    const { model, dimensions } = wanted;
    const call = watchCall(signal, model);
    try {
      call.signal.throwIfAborted();
      call.wait("model_timeout", client.timeout);
      const body = { model, input, dimensions, encoding_format: encoding, user: hashPerson(wanted.person) };
      const created = client.embeddings.create(body, { signal: call.signal });
      const { data, request_id: requestId } = await created.withResponse();
      const { success, data: parsed } = embeddingResponse.safeParse(data);
      const facts = { model, ...(requestId && { requestId }) };
      if (!success || parsed.data.length !== input.length) throw modelError("model_malformed", facts);
      const vectors = Array.from<Float32Array | undefined>({ length: input.length });
      for (const { index, embedding } of parsed.data) {
        const vector = toUnit(decode(embedding));
        if (vector?.length !== dimensions) {
          throw modelError("model_malformed", { ...facts, dimensions, sentDimensions: vector?.length ?? 0 });
        }
        vectors[index] = vector;
      }
      const complete = vectors.filter((vector) => vector !== undefined);
      if (complete.length !== input.length) throw modelError("model_malformed", facts);
      return { vectors: complete, requestId, model: parsed.model, tokens: parsed.usage?.prompt_tokens };
    } catch (thrown) {
      throw call.reason() ?? translateError(thrown, { model, begun: false });
    } finally {
      call.close();
    }
  }

  return {
    async embed(texts, wanted, signal) {
      const startedAt = now();
      const vectors: Float32Array[] = [];
      let input = 0;
      let isEstimated = false;
      let responseId: string | undefined;
      let answeredBy = wanted.model;
      for (const batch of batchesOf(texts.map(openModerated))) {
        // oxlint-disable-next-line no-await-in-loop -- indexing must not take the rate limit away from answers.
        const answer = await request(batch, wanted, signal);
        vectors.push(...answer.vectors);
        isEstimated ||= answer.tokens === undefined;
        input += answer.tokens ?? Math.ceil(batch.join("").length / charsPerToken);
        responseId ??= answer.requestId ?? undefined;
        answeredBy = answer.model ?? wanted.model;
      }
      const call = {
        callId: newId(),
        ...(responseId !== undefined && { responseId }),
        model: answeredBy,
        kind: "embedding" as const,
        tokens: { ...noTokens, input },
        estimated: isEstimated,
        startedAt,
        durationMs: now() - startedAt,
        finishReason: "stop",
      };
      return { vectors, call };
    },
  };
}

/** Of English; only for a service that sends no usage. */
const charsPerToken = 4;

function isOpenAi(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === "api.openai.com" || hostname.endsWith(".api.openai.com");
}

function batchesOf(texts: readonly string[]): string[][] {
  const batches: string[][] = [];
  let batch: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const size = Buffer.byteLength(text);
    if (batch.length > 0 && (batch.length === maxInputs || bytes + size > maxTokens)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(text);
    bytes += size;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}

/** Little-endian 32-bit floats in base64, or plain numbers. */
function decode(embedding: string | readonly number[]): Float32Array {
  if (typeof embedding !== "string") return Float32Array.from(embedding);
  const bytes = Buffer.from(embedding, "base64");
  return new Float32Array(new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 4))).buffer);
}

/** Of length 1; `undefined` for what has no direction. */
function toUnit(vector: Float32Array): Float32Array | undefined {
  const length = Math.hypot(...vector);
  return Number.isFinite(length) && length > 0 ? vector.map((value) => value / length) : undefined;
}
