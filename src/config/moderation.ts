import { z } from "zod";

import { alwaysBlocked, moderationCategories } from "../core/moderation/policy.ts";
import { count, durationMs, longText, name } from "./fields.ts";
import type { Problem } from "./problem.ts";

const categoryRule = z
  .strictObject({
    action: z.enum(["allow", "flag", "block"]).meta({ description: "What happens.", examples: ["block"] }),
    threshold: z.exactOptional(
      z
        .number()
        .min(0)
        .max(1)
        .meta({
          description: "The score from which on it happens. Left out: when the service flags it.",
          examples: [0.8],
        }),
    ),
  })
  .meta({
    description: "What happens to a message of this category.",
    examples: [{ action: "flag", threshold: 0.8 }],
  });

const listed = (description: string) =>
  z
    .array(z.string().min(1).max(100))
    .max(1_000)
    .default([])
    .meta({ description, examples: [["project heron"]] });

export const moderationSettings = z
  .strictObject({
    provider: z
      .enum(["openai", "off"])
      .default("openai")
      .meta({
        description: "Who judges: the model service, or nobody, which has to be accepted below.",
        examples: ["openai"],
      }),
    acceptUnmoderated: z
      .boolean()
      .default(false)
      .meta({
        description:
          "Has to be true where the provider is off: whatever people write then reaches the model.",
        examples: [false],
      }),
    model: name("omni-moderation-latest", "The model that judges messages.").default(
      "omni-moderation-latest",
    ),
    categories: z
      .strictObject(
        Object.fromEntries(moderationCategories.map((category) => [category, z.exactOptional(categoryRule)])),
      )
      .default({})
      .meta({
        description: "Rules by category. A category without a rule is blocked when the service flags it.",
        examples: [{ violence: { action: "flag", threshold: 0.8 } }],
      }),
    words: z
      .strictObject({
        block: listed("Words and phrases that block a message."),
        flag: listed("Words and phrases that flag a message."),
      })
      .prefault({})
      .meta({
        description: "A list of your own, beside what the service says and never instead of it.",
        examples: [{ block: ["project heron"] }],
      }),
    supportText: z.exactOptional(
      longText(
        "You are not alone. Our people team is there for you: ext. 100.",
        "What somebody is told whose message is about self-harm, instead of a refusal. Left out: a text of Parley's.",
      ),
    ),
    timeoutMs: durationMs(10_000, "How long a verdict may take, with the calls that are repeated.").default(
      10_000,
    ),
    retryMs: z
      .int()
      .min(0)
      .max(600_000)
      .default(30_000)
      .meta({
        description:
          "For how long a message that could not be judged is tried again before its author is asked to send it again. Milliseconds.",
        examples: [30_000],
      }),
    replies: z
      .enum(["off", "log", "hold"])
      .default("off")
      .meta({
        description:
          "What is done about answers: nothing before they enter the next prompt, judged after they were shown, or shown only as far as they were judged.",
        examples: ["off"],
      }),
    excerpts: z
      .enum(["all", "public", "none"])
      .default("public")
      .meta({
        description:
          "Of which messages moderators may read a part: all, those of public channels, or none. What else is known of them is told in any case.",
        examples: ["public"],
      }),
    repeat: z
      .strictObject({
        blocks: z
          .int()
          .min(0)
          .max(1_000)
          .default(5)
          .meta({ description: "So many blocked messages pause their author; 0 never does.", examples: [5] }),
        withinMinutes: count(60, "Within so long. Minutes.").default(60),
        pauseMinutes: count(15, "For so long. Minutes.").default(15),
      })
      .prefault({})
      .meta({
        description: "Who is blocked again and again isn't answered for a while.",
        examples: [{ blocks: 3 }],
      }),
    logDays: count(30, "How long it is kept what was flagged or blocked, without its words. Days.").default(
      30,
    ),
    cacheTtlHours: z
      .number()
      .gt(0)
      .max(8760)
      .default(24)
      .meta({
        description: "How long a verdict is remembered, in hours.",
        examples: [24],
      }),
  })
  .prefault({})
  .meta({ description: "What may reach a model." });

/** What the schema can't say: nobody runs unmoderated by accident, and some things are blocked always. */
export function checkModeration(
  { provider, acceptUnmoderated, categories }: z.infer<typeof moderationSettings>,
  locate: (path: readonly string[]) => string,
  problems: Problem[],
): void {
  if (provider === "off" && !acceptUnmoderated)
    problems.push({
      where: locate(["moderation", "provider"]),
      wrong: "without moderation whatever people write reaches the model, which has to be accepted beside it",
      example: "acceptUnmoderated: true",
    });
  const rule = categories[alwaysBlocked];
  if (rule && (rule.action !== "block" || rule.threshold !== undefined))
    problems.push({
      where: locate(["moderation", "categories", alwaysBlocked]),
      wrong: "this is always blocked where the service flags it",
      example: "{ action: block }",
    });
}
