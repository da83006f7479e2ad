import { z } from "zod";

import { embedText } from "../../../src/adapters/openai/offline/embed.ts";
import { parseBody } from "./chat-body.ts";
import type { ServedModel } from "./models.ts";
import { badRequest } from "./refusal.ts";

const embeddingBody = z.strictObject({
  model: z.string(),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2_048)]),
  dimensions: z.int().min(1).optional(),
  encoding_format: z.enum(["float", "base64"]).optional(),
  user: z.string().optional(),
});

/** `ignore`: floats whatever is asked, as services do that don't know base64; `refuse`: a 400 for base64. */
export type Base64Support = "yes" | "ignore" | "refuse";

/** The answer of POST /v1/embeddings; texts with common words are near each other. The order of `data` is reversed on purpose. */
export function embed(value: unknown, model: ServedModel, base64: Base64Support): object {
  const body = parseBody(embeddingBody, value);
  const inputs = typeof body.input === "string" ? [body.input] : body.input;
  const dimensions = body.dimensions ?? model.dimensions ?? 0;
  if (dimensions > (model.dimensions ?? 0))
    throw badRequest("Invalid 'dimensions'", "dimensions", "invalid_value");
  if (inputs.some((text) => text.length > 4 * model.contextTokens)) {
    throw badRequest(
      `This model's maximum context length is ${model.contextTokens} tokens`,
      "input",
      "context_length_exceeded",
    );
  }
  const tokens = inputs.reduce((sum, text) => sum + Math.ceil(Buffer.byteLength(text) / 4), 0);
  if (tokens > 300_000)
    throw badRequest("Requested more than 300000 tokens", "input", "max_tokens_per_request");
  if (body.encoding_format === "base64" && base64 === "refuse")
    throw badRequest("Unknown encoding", "encoding_format");

  const asBase64 = body.encoding_format === "base64" && base64 === "yes";
  const data = inputs.map((text, index) => {
    const vector = vectorOf(text, dimensions);
    const embedding = asBase64 ? Buffer.from(vector.buffer).toString("base64") : [...vector];
    return { object: "embedding", index, embedding };
  });
  return {
    object: "list",
    model: body.model,
    data: data.toReversed(),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Not of length 1, as some services' vectors aren't. */
function vectorOf(text: string, dimensions: number): Float32Array {
  return embedText(text, dimensions).map((value) => value * 1.5);
}
