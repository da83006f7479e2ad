import { z } from "zod";

import { chatMessage } from "./transcript.ts";

const texts = z.union([z.string(), z.array(z.string()).min(1)]).transform((input) => [input].flat());

/** What is used of the requests; parameters that make no difference here are let through. */
export const chatRequest = z.object({
  model: z.string(),
  messages: z.array(chatMessage).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  tools: z
    .array(
      z.object({
        function: z.object({
          name: z.string(),
          description: z.string().default(""),
          parameters: z.record(z.string(), z.unknown()).default({}),
        }),
      }),
    )
    .nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
});

export type ChatRequest = z.infer<typeof chatRequest>;

export const embeddingRequest = z.object({
  model: z.string(),
  input: texts,
  dimensions: z.int().min(1).max(4_096).optional(),
  encoding_format: z.enum(["float", "base64"]).optional(),
});

/** A picture among the input says nothing to the stand-in. */
const parts = z
  .array(z.object({ type: z.enum(["text", "image_url"]), text: z.string().optional() }))
  .min(1)
  .transform((given) => [given.map(({ text }) => text ?? "").join("\n")]);

export const moderationRequest = z.object({ model: z.string().optional(), input: z.union([texts, parts]) });
