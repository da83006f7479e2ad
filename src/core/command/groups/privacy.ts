import type { Command, CommandGroup } from "../shape.ts";

export const privacyGroup = { help: "What is kept of your words" } as const satisfies CommandGroup;

export const privacyCommands = {
  "privacy optout": {
    help: "Have nothing that you write found by others through Parley",
    who: "everyone",
    answer: "private",
    parameters: {},
    examples: ["privacy optout"],
  },
  "privacy optin": {
    help: "Take it back that nothing of yours is found",
    who: "everyone",
    answer: "private",
    parameters: {},
    examples: ["privacy optin"],
  },
} as const satisfies Readonly<Record<string, Command>>;
