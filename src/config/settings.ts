import { z } from "zod";

import { budgetSettings, openAiSettings, timeZone } from "./budgets.ts";
import { contextSettings } from "./context.ts";
import { count, durationMs, name, temperature, topP } from "./fields.ts";
import type { JsonSchema } from "./json-schema.ts";
import { moderationSettings } from "./moderation.ts";
import { personasByName } from "./personas.ts";
import { priceSettings } from "./prices.ts";
import { threadSettings } from "./threads.ts";

const model = z
  .strictObject({
    default: name("gpt-6-luna", "The model that answers where a persona names none.").default("gpt-6-luna"),
    temperature: z.exactOptional(temperature),
    topP: z.exactOptional(topP),
    maxOutputTokens: count(2048, "The longest answer, in tokens; kept free in the context.").default(2048),
    timeoutMs: durationMs(60_000, "How long the model service may take to begin an answer.").default(60_000),
    idleTimeoutMs: durationMs(
      30_000,
      "How long a stream may say nothing before it counts as stalled.",
    ).default(30_000),
    maxRetries: z
      .int()
      .min(0)
      .max(10)
      .default(2)
      .meta({
        description: "How often a failed call is repeated before the person is told.",
        examples: [2],
      }),
    contextTokens: z
      .record(z.string().min(1), count(128_000, "What this model reads at the most, in tokens."))
      .default({})
      .meta({
        description: "Context sizes of models that Parley doesn't know, by model.",
        examples: [{ "my-model": 32_000 }],
      }),
  })
  .prefault({})
  .meta({ description: "The model and how it is asked." });

const mode = z
  .enum(["mention", "always", "off"])
  .default("mention")
  .meta({
    description:
      "When Parley answers in channels where nobody set it: when it is mentioned and in its threads, to every message, or never. Direct messages are always answered.",
    examples: ["mention"],
  });

const moderators = z.exactOptional(
  name("C0MODERATORS", "The id of the channel in which moderators are told what was blocked or flagged."),
);

/** The shape of `parley.yaml`. */
export const settingsSchema = z
  .strictObject({
    model,
    context: contextSettings,
    reply: z
      .strictObject({
        buttons: z
          .enum(["on", "off"])
          .default("on")
          .meta({
            description:
              "Whether buttons stand under finished answers. Stop, while an answer is being written, is always there.",
            examples: ["on"],
          }),
      })
      .prefault({})
      .meta({ description: "What answers look like." }),
    burst: z
      .enum(["together", "each"])
      .default("together")
      .meta({
        description: "Messages that arrive while Parley writes: one reply to them together, or one to each.",
        examples: ["together"],
      }),
    concurrency: z
      .int()
      .min(1)
      .max(10_000)
      .default(1000)
      .meta({
        description: "How many conversations are answered at once.",
        examples: [1000],
      }),
    flood: z
      .strictObject({
        repliesPerPersonPerMinute: count(20, "How many replies one person gets in a minute.").default(20),
        repliesPerChannelPerMinute: count(100, "How many replies one channel gets in a minute.").default(100),
      })
      .prefault({})
      .meta({ description: "How much may be asked at once; who asks more is told to wait." }),
    catchUp: z
      .strictObject({
        maxAgeMinutes: count(
          15,
          "Messages that were written while Parley was away are answered when they are not older than this, in minutes.",
        ).default(15),
      })
      .prefault({})
      .meta({ description: "What is done about messages that Parley missed." }),
    timeZone,
    budgets: budgetSettings,
    openai: openAiSettings,
    admins: z
      .array(z.string().min(1))
      .default([])
      .meta({
        description:
          "Admins of Parley beside those of the Slack workspace and the Discord server, by the platform's user id.",
        examples: [["U0123456789"]],
      }),
    bots: z
      .array(z.string().min(1))
      .default([])
      .meta({
        description:
          "Bots that are answered, by the platform's user id; other bots never are. After three turns in a row a bot waits for a person to speak.",
        examples: [["U0123456789"]],
      }),
    persona: name("professional", "The persona that answers where nothing else is said.").default(
      "professional",
    ),
    personas: personasByName.default({}),
    channels: z
      .record(
        z.string().min(1),
        z.strictObject({ persona: name("technical", "The persona that answers in this channel.") }),
      )
      .default({})
      .meta({
        description: "Settings of channels, by the platform's channel id.",
        examples: [{ general: { persona: "technical" } }],
      }),
    slack: z
      .strictObject({
        streaming: z
          .enum(["auto", "native", "update", "off"])
          .default("auto")
          .meta({
            description:
              "How a growing answer is shown. auto: Slack's own streams in direct messages, one message updated in place in channels; native or update: one of them everywhere; off: only the whole answer.",
            examples: ["auto"],
          }),
        mode,
        moderators,
      })
      .prefault({})
      .meta({ description: "How Parley behaves in Slack." }),
    discord: z
      .strictObject({
        threads: z
          .enum(["open", "never"])
          .default("open")
          .meta({
            description:
              "Where a mention in a text channel is answered: in a thread that is opened for it, or as a reply in the channel.",
            examples: ["open"],
          }),
        mode,
        moderators,
      })
      .prefault({})
      .meta({ description: "How Parley behaves in Discord." }),
    playground: z
      .strictObject({ mode, moderators })
      .prefault({})
      .meta({ description: "How Parley behaves in the playground." }),
    moderation: moderationSettings,
    prices: priceSettings,
    threads: threadSettings,
    language: z
      .enum(["en"])
      .default("en")
      .meta({ description: "The language that Parley itself speaks.", examples: ["en"] }),
    web: z
      .strictObject({
        publicUrl: z.exactOptional(
          z
            .string()
            .regex(/^https?:\/\/[^\s/?#@]+\/?$/)
            .meta({
              description:
                "Where people reach Parley's web pages, without a path; links to the dashboard begin with it. Left out: where it listens.",
              examples: ["https://parley.example.com"],
            }),
        ),
      })
      .prefault({})
      .meta({ description: "Parley's web pages." }),
    shutdown: z
      .strictObject({
        drainMs: z
          .int()
          .min(0)
          .max(600_000)
          .default(30_000)
          .meta({
            description: "How long replies may go on after Parley was told to stop. Milliseconds.",
            examples: [30_000],
          }),
      })
      .prefault({})
      .meta({ description: "How Parley stops." }),
  })
  .meta({ title: "parley.yaml", description: "Settings of Parley. Secrets come from the environment only." });

export type Settings = z.infer<typeof settingsSchema>;

/** The JSON schema that editors check `parley.yaml` with, and that says which keys there are. */
export function settingsJsonSchema(): JsonSchema {
  return z.toJSONSchema(settingsSchema, { io: "input" }) as JsonSchema;
}
