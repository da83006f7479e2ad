import { periodNames } from "../../period.ts";
import { frequencies } from "../../schedule.ts";
import type { Command, CommandGroup } from "../shape.ts";

export const costGroup = { help: "What models cost, and whom" } as const satisfies CommandGroup;

const period = {
  kind: "choice",
  choices: periodNames,
  help: "Which time; this month when left out",
  optional: true,
} as const;

const theme = {
  kind: "choice",
  choices: ["light", "dark"],
  help: "The colours of the picture; light when left out",
  optional: true,
} as const;

export const costCommands = {
  "cost me": {
    help: "Show what was spent for you",
    who: "everyone",
    answer: "private",
    parameters: { period },
    examples: ["cost me", "cost me last-week"],
  },
  "cost channel": {
    help: "Show what was spent in this channel",
    who: "channelManager",
    answer: "private",
    parameters: { period },
    examples: ["cost channel", "cost channel last-month"],
  },
  "cost report": {
    help: "Get a report with a picture: everybody's for admins, a channel's for managers, else your own",
    who: "everyone",
    answer: "private",
    parameters: {
      period,
      by: {
        kind: "choice",
        choices: ["channel", "person", "persona"],
        help: "What is listed by cost, for an admin; channels when left out",
        optional: true,
      },
      theme,
      as: {
        kind: "choice",
        choices: ["csv", "json"],
        help: "The numbers as a file beside the picture",
        optional: true,
      },
    },
    examples: ["cost report", "cost report last-month person dark"],
  },
  "cost schedule": {
    help: "Post a report to a channel every day, week or month, or show what is posted",
    who: "channelManager",
    answer: "private",
    parameters: {
      every: {
        kind: "choice",
        choices: [...frequencies, "off"],
        help: "How often; off ends it",
        optional: true,
      },
      channel: { kind: "channel", help: "Where; this channel when left out", optional: true },
      hour: {
        kind: "integer",
        min: 0,
        max: 23,
        help: "The hour of the day, in the time zone of costs; 9 when left out",
        optional: true,
      },
      of: {
        kind: "choice",
        choices: ["workspace", "channel"],
        help: "Whose costs; everybody's for an admin, the channel's for others",
        optional: true,
      },
      theme,
    },
    examples: ["cost schedule", "cost schedule weekly", "cost schedule off"],
  },
  "cost export": {
    help: "Get every paid call made for you as a file; an admin gets those of everybody here",
    who: "everyone",
    answer: "private",
    parameters: {
      period,
      format: {
        kind: "choice",
        choices: ["csv", "json"],
        help: "The kind of file; CSV when left out",
        optional: true,
      },
    },
    examples: ["cost export", "cost export last-month json"],
  },
  "cost reconcile": {
    help: "Compare the model service's bill with what was counted here, by day and model",
    who: "admin",
    answer: "private",
    parameters: { period },
    examples: ["cost reconcile", "cost reconcile last-month"],
  },
  "cost reprice": {
    help: "Price the calls anew whose price was unknown or has changed, and correct all sums",
    who: "admin",
    answer: "private",
    parameters: {
      days: {
        kind: "integer",
        min: 1,
        max: 730,
        help: "How many days back; 35 when left out",
        optional: true,
      },
    },
    examples: ["cost reprice", "cost reprice 90"],
  },
} as const satisfies Readonly<Record<string, Command>>;
