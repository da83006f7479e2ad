import { moderationCategories } from "../../moderation/policy.ts";
import { defaultSetting } from "../shape.ts";
import type { Command, CommandGroup } from "../shape.ts";

export const moderationGroup = {
  help: "What reaches the model, and what was stopped",
} as const satisfies CommandGroup;

const reach = {
  kind: "choice",
  choices: ["channel", "workspace"],
  optional: true,
  keyword: true,
} as const;

export const moderationCommands = {
  "moderation policy": {
    help: "Show what is let through, flagged and blocked in this channel",
    who: "channelManager",
    answer: "private",
    parameters: {},
    examples: ["moderation policy"],
  },
  "moderation set": {
    help: "Say what happens to a category; who isn't an admin may only make it stricter here",
    who: "channelManager",
    answer: "public",
    parameters: {
      category: { kind: "choice", choices: moderationCategories, help: "What moderation sees in a message" },
      action: {
        kind: "choice",
        choices: ["allow", "flag", "block", defaultSetting],
        help: "What happens then; default takes the setting back",
      },
      threshold: {
        kind: "number",
        min: 0,
        max: 1,
        help: "The score from which on; when the service flags it when left out",
        optional: true,
      },
      for: { ...reach, help: "How far it reaches; this channel when left out" },
    },
    examples: ["moderation set violence flag 0.8", "moderation set harassment default for workspace"],
  },
  "moderation log": {
    help: "Show what was flagged and blocked lately, without the words",
    who: "channelManager",
    answer: "private",
    parameters: {
      count: { kind: "integer", min: 1, max: 100, help: "How many; 20 when left out", optional: true },
      for: { ...reach, help: "Where; this channel when left out" },
    },
    examples: ["moderation log", "moderation log 50 for workspace"],
  },
} as const satisfies Readonly<Record<string, Command>>;
