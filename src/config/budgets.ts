import { z } from "zod";

import { isTimeZone } from "../core/period.ts";
import { count, name } from "./fields.ts";

export const timeZone = z
  .string()
  .refine(isTimeZone, "must be the name of a time zone")
  .default("UTC")
  .meta({
    description: "The time zone in which days, weeks and months begin.",
    examples: ["Europe/Berlin"],
  });

/** `budgets` in `parley.yaml`. */
export const budgetSettings = z
  .strictObject({
    unknownPrice: z
      .enum(["allow", "refuse"])
      .default("allow")
      .meta({
        description:
          "What becomes of a call whose price isn't known: it counts as nothing, or it isn't made.",
        examples: ["refuse"],
      }),
    fallbackModel: z.exactOptional(
      name(
        "gpt-4o-mini",
        "A cheaper model that answers when a budget is used up. Left out: such calls are refused.",
      ),
    ),
    fallbackUpToPercent: z
      .int()
      .min(100)
      .max(1000)
      .default(150)
      .meta({
        description: "How far the cheaper model may overdraw a budget, in percent of it.",
        examples: [150],
      }),
  })
  .prefault({})
  .meta({ description: "What becomes of calls for which there is no money." });

/** `openai` in `parley.yaml`. */
export const openAiSettings = z
  .strictObject({
    limits: z
      .record(
        z.string().min(1),
        z.strictObject({
          requestsPerMinute: z.exactOptional(count(500, "Requests a minute, of all instances together.")),
          tokensPerMinute: z.exactOptional(count(200_000, "Tokens a minute, of all instances together.")),
        }),
      )
      .default({})
      .meta({
        description:
          "What a model is asked in a minute at the most, by model. The service's own limits are learned from its answers; the lower holds.",
        examples: [{ "gpt-6-luna": { requestsPerMinute: 500, tokensPerMinute: 200_000 } }],
      }),
  })
  .prefault({})
  .meta({ description: "How the model service may be used." });
