import { z } from "zod";

import { count, name } from "./fields.ts";

const upTo = (max: number, example: number, description: string) =>
  z
    .int()
    .min(0)
    .max(max)
    .meta({ description: `${description} 0: none.`, examples: [example] });

const earlier = z
  .strictObject({
    maxTokens: upTo(1_000_000, 4000, "How much of it is read, in tokens.").default(4000),
    maxAgeHours: upTo(87_600, 168, "How old it may be, in hours.").default(168),
  })
  .prefault({})
  .meta({
    description: "What was said in a thread or a chain of replies before Parley was first called into it.",
  });

const summary = z
  .strictObject({
    model: z.exactOptional(name("gpt-6-luna", "The model that writes it. Left out: the one that answers.")),
    maxTokens: z
      .int()
      .min(64)
      .max(8000)
      .default(800)
      .meta({ description: "How long it may be, in tokens.", examples: [800] }),
  })
  .prefault({})
  .meta({ description: "The summary of what no longer fits." });

/** `context` in `parley.yaml`. */
export const contextSettings = z
  .strictObject({
    maxTokens: count(16_000, "The longest prompt, in tokens; never more than the model reads.").default(
      16_000,
    ),
    import: earlier,
    trim: z
      .enum(["summarise", "drop"])
      .default("summarise")
      .meta({
        description: "What becomes of the beginning of a conversation that has grown too long.",
        examples: ["summarise"],
      }),
    summary,
  })
  .prefault({})
  .meta({ description: "How much of a conversation the model sees." });
