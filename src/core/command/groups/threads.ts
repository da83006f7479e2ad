import type { Command, CommandGroup } from "../shape.ts";

export const threadsGroup = {
  help: "What was asked and answered before, as far as you may see it",
} as const satisfies CommandGroup;

const clusters = {
  kind: "integer",
  min: 2,
  max: 20,
  help: "How many; as many as set them apart best when left out",
  optional: true,
} as const;

export const threadsCommands = {
  "threads similar": {
    help: "Find threads in which something like this was said",
    who: "everyone",
    answer: "private",
    parameters: { text: { kind: "text", help: "What you look for, in your own words" } },
    examples: ["threads similar how do we rotate the signing keys?"],
  },
  "threads clusters": {
    help: "Show what threads are about, in groups",
    who: "everyone",
    answer: "private",
    parameters: { count: clusters },
    examples: ["threads clusters", "threads clusters 5"],
  },
  "threads duplicates": {
    help: "Show threads in which the same was asked",
    who: "everyone",
    answer: "private",
    parameters: {},
    examples: ["threads duplicates"],
  },
  "threads compare": {
    help: "Compare threads, each with each",
    who: "everyone",
    answer: "private",
    parameters: { links: { kind: "text", help: "Two to ten links to threads" } },
    examples: ["threads compare https://example.com/thread-1 https://example.com/thread-2"],
  },
  "threads map": {
    help: "Draw threads on a map, by what they are about",
    who: "everyone",
    answer: "private",
    parameters: {
      count: clusters,
      theme: {
        kind: "choice",
        choices: ["light", "dark"],
        help: "The colours of the picture; light when left out",
        optional: true,
      },
    },
    examples: ["threads map", "threads map 5 dark"],
  },
  "threads index": {
    help: "Make what was said in this channel before findable, or stop that",
    who: "channelManager",
    answer: "public",
    parameters: {
      action: {
        kind: "choice",
        choices: ["start", "stop", "status"],
        help: "Start or stop it, or show how far it is, as when left out",
        optional: true,
      },
    },
    examples: ["threads index start", "threads index"],
  },
  "threads hide": {
    help: "Have nothing of this channel found any more, or take that back",
    who: "channelManager",
    answer: "public",
    parameters: {
      hidden: { kind: "boolean", help: "Whether it is hidden; yes when left out", optional: true },
    },
    examples: ["threads hide", "threads hide no"],
  },
} as const satisfies Readonly<Record<string, Command>>;
