import type { Command, CommandGroup } from "../shape.ts";

export const personaGroup = {
  help: "Who Parley is here: choose, write and share personas",
  aliases: ["personas"],
} as const satisfies CommandGroup;

const persona = { kind: "persona", help: "The persona's name" } as const;

export const personaCommands = {
  "persona list": {
    help: "List the personas of this workspace and where each is used",
    who: "everyone",
    answer: "private",
    parameters: {},
    examples: ["persona list"],
  },
  "persona catalogue": {
    help: "List the templates that personas are built on",
    who: "everyone",
    answer: "private",
    parameters: {},
    aliases: ["catalog"],
    examples: ["persona catalogue"],
  },
  "persona show": {
    help: "Show a persona: instructions, examples, model and parameters",
    who: "everyone",
    answer: "private",
    parameters: {
      name: {
        kind: "persona",
        help: "The persona's name; the one that answers here when left out",
        optional: true,
      },
    },
    examples: ["persona show", "persona show technical"],
  },
  "persona use": {
    help: "Choose who answers here",
    who: "channelManager",
    answer: "public",
    parameters: {
      name: persona,
      for: {
        kind: "choice",
        choices: ["workspace", "category", "channel", "thread"],
        help: "How far it reaches; this channel when left out",
        optional: true,
        keyword: true,
      },
    },
    examples: ["persona use technical", "persona use legal for thread"],
  },
  "persona create": {
    help: "Write a new persona in a form",
    who: "channelManager",
    answer: "private",
    parameters: {},
    aliases: ["new"],
    examples: ["persona create"],
  },
  "persona edit": {
    help: "Change a persona in a form",
    who: "channelManager",
    answer: "private",
    parameters: { name: persona },
    examples: ["persona edit support"],
  },
  "persona delete": {
    help: "Delete a persona; where it was used, the next one up answers",
    who: "channelManager",
    answer: "private",
    parameters: { name: persona },
    aliases: ["remove"],
    examples: ["persona delete support"],
  },
  "persona restore": {
    help: "Go back to an earlier version of a persona, or take back that it was deleted",
    who: "channelManager",
    answer: "private",
    parameters: {
      name: persona,
      version: {
        kind: "integer",
        min: 1,
        max: 1_000_000,
        help: "The version to go back to; the one before when left out",
        optional: true,
      },
    },
    aliases: ["rollback"],
    examples: ["persona restore support", "persona restore support 3"],
  },
  "persona preview": {
    help: "See how a persona would answer, without using it",
    who: "everyone",
    answer: "private",
    parameters: { name: persona, text: { kind: "text", help: "What to ask it" } },
    examples: ["persona preview creative Name our new coffee machine"],
  },
  "persona import": {
    help: "Take over personas from a YAML file",
    who: "channelManager",
    answer: "private",
    parameters: {},
    file: { name: "file", help: "The YAML file, as persona export wrote it" },
    examples: ["persona import"],
  },
  "persona export": {
    help: "Get personas as a YAML file",
    who: "everyone",
    answer: "private",
    parameters: { name: { kind: "persona", help: "Just this one; all when left out", optional: true } },
    examples: ["persona export", "persona export support"],
  },
} as const satisfies Readonly<Record<string, Command>>;
