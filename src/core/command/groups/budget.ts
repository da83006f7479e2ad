import { budgetPeriods } from "../../budget-period.ts";
import type { Command, CommandGroup } from "../shape.ts";

export const budgetGroup = { help: "What may be spent, and by whom" } as const satisfies CommandGroup;

const scope = {
  kind: "spender",
  help: "Whose budget: @somebody, #channel, a persona, or workspace",
} as const;
const reach = {
  kind: "choice",
  choices: ["workspace", "everywhere"],
  optional: true,
  keyword: true,
  help: "How far it reaches; this workspace when left out",
} as const;

export const budgetCommands = {
  "budget show": {
    help: "Show your budget, that of this channel to who manages it, and all of them to admins",
    who: "everyone",
    answer: "private",
    parameters: {},
    examples: ["budget show"],
  },
  "budget set": {
    help: "Set what may be spent in a day, a week or a month",
    who: "admin",
    answer: "private",
    parameters: {
      scope,
      amount: { kind: "amount", help: "How much, in dollars" },
      per: { kind: "choice", choices: budgetPeriods, help: "In how long" },
    },
    examples: ["budget set workspace $50 month", "budget set technical $0.50 day"],
  },
  "budget clear": {
    help: "Take a budget away",
    who: "admin",
    answer: "private",
    parameters: { scope },
    examples: ["budget clear workspace"],
  },
  "budget lift": {
    help: "Refuse nothing for a budget for an hour",
    who: "admin",
    answer: "private",
    parameters: { scope },
    examples: ["budget lift workspace"],
  },
  "budget stop": {
    help: "Stop everything that costs money at once, also what is under way",
    who: "admin",
    answer: "public",
    parameters: { for: reach },
    examples: ["budget stop"],
  },
  "budget go": {
    help: "Let what costs money go on",
    who: "admin",
    answer: "public",
    parameters: { for: reach },
    examples: ["budget go"],
  },
} as const satisfies Readonly<Record<string, Command>>;
