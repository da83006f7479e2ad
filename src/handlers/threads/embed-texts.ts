import type { Keyv } from "keyv";

import { toAppError } from "../../core/errors.ts";
import type { CallContext, ModelCall } from "../../core/ledger.ts";
import { hashText, openModerated } from "../../core/moderation.ts";
import type { Moderated } from "../../core/moderation.ts";
import type { Logger, NewId, TokenCounter } from "../../core/ports.ts";
import type { VectorSpace } from "../../core/threads/thread.ts";
import type { PaidEmbedding } from "../paid-embedding.ts";

export interface EmbeddedTexts {
  /** One unit vector a text, in order. */
  readonly vectors: readonly Float32Array[];
  /** To be entered in the ledger; none where every vector was known. */
  readonly call?: ModelCall;
}

/** Embeds texts for whoever pays. @throws AppError `budget_exhausted`, `calls_stopped`, `model_*` */
export type EmbedTexts = (
  texts: readonly Moderated<string>[],
  context: CallContext,
  signal: AbortSignal,
) => Promise<EmbeddedTexts>;

const hourMs = 3_600_000;
/** What somebody looks for is looked for again; the texts of a whole history are not. */
const maxRemembered = 20;

/** What was embedded within an hour isn't paid for again. */
export function createEmbedTexts(deps: {
  readonly embedding: PaidEmbedding;
  readonly tokens: Pick<TokenCounter, "count">;
  readonly cache: Keyv;
  readonly space: VectorSpace;
  readonly newId: NewId;
  readonly log: Logger;
}): EmbedTexts {
  const { embedding, tokens, cache, space, newId, log } = deps;
  const { model, dimensions } = space;

  return async (texts, context, signal) => {
    const keys = texts.map((text) => `embedding/${model}/${dimensions}/${hashText(openModerated(text))}`);
    const known = texts.length <= maxRemembered ? await lookUp(keys) : [];
    const missing = texts.filter((_text, i) => known[i] === undefined);
    if (missing.length === 0) return { vectors: known.filter((vector) => vector !== undefined) };
    const counts = await Promise.all(missing.map((text) => tokens.count(openModerated(text), model)));
    const promptTokens = counts.reduce((sum, count) => sum + count, 0);
    const request = { callId: newId(), context, promptTokens };
    const options = { model, dimensions, person: context.person };
    const { vectors: made, call } = await embedding.embed(request, missing, options, signal);
    if (made.length <= maxRemembered)
      await remember(
        keys.filter((_key, i) => known[i] === undefined),
        made,
      );
    const rest = made.values();
    return { vectors: texts.flatMap((_text, i) => known[i] ?? rest.next().value ?? []), call };
  };

  async function lookUp(keys: readonly string[]): Promise<readonly (Float32Array | undefined)[]> {
    try {
      const found = await cache.getMany<string>([...keys]);
      return keys.map((_key, i) => {
        const stored = found[i];
        return stored === undefined ? undefined : fromBase64(stored, dimensions);
      });
    } catch (error) {
      log.warn({ code: toAppError(error).code }, "embeddings unreadable; asking the service");
      return keys.map(() => undefined);
    }
  }

  async function remember(keys: readonly string[], vectors: readonly Float32Array[]): Promise<void> {
    const entries = keys.flatMap((key, i) => {
      const vector = vectors[i];
      return vector === undefined ? [] : [{ key, value: toBase64(vector), ttl: hourMs }];
    });
    try {
      await cache.setMany(entries);
    } catch (error) {
      log.warn({ code: toAppError(error).code }, "embeddings not kept");
    }
  }
}

function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

function fromBase64(stored: string, dimensions: number): Float32Array | undefined {
  const bytes = Buffer.from(stored, "base64");
  if (bytes.length !== dimensions * Float32Array.BYTES_PER_ELEMENT) return undefined;
  return new Float32Array(new Uint8Array(bytes).buffer);
}
