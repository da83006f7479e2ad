import type { Command } from "../shape.ts";

/** The commands that stand in no group. */
export const generalCommands = {
  ask: {
    help: "Ask something and get an answer that only you see",
    who: "everyone",
    answer: "private",
    parameters: { text: { kind: "text", help: "What you want to know" } },
    onMessage: {
      label: "Ask Parley about this",
      asks: { parameter: "text", otherwise: "Explain this message, and say what follows from it." },
    },
    examples: ["ask What is the difference between a mutex and a semaphore?"],
  },
  summarise: {
    help: "Sum up this thread, or what was said last in this channel, for you alone",
    who: "everyone",
    answer: "private",
    parameters: {},
    onMessage: { label: "Summarise this thread" },
    aliases: ["summarize"],
    examples: ["summarise"],
  },
  help: {
    help: "Show what you may do here",
    who: "everyone",
    answer: "private",
    parameters: { group: { kind: "topic", help: "A group or a command to read about", optional: true } },
    examples: ["help", "help persona", "help persona use"],
  },
  dashboard: {
    help: "Get a link that opens the dashboard as you, once: costs, and for admins how Parley is doing",
    who: "everyone",
    answer: "private",
    parameters: {},
    examples: ["dashboard"],
  },
  status: {
    help: "Show how Parley is doing: version, connections, storage, inbox, last commands",
    who: "admin",
    answer: "private",
    parameters: {},
    examples: ["status"],
  },
} as const satisfies Readonly<Record<string, Command>>;
