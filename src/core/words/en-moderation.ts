import type { InputKind } from "../moderation/input.ts";
import type { Decision, RuleOrigin } from "../moderation/policy.ts";

const actions: Readonly<Record<Decision, string>> = {
  allow: "let through",
  flag: "let through, and noted",
  block: "blocked",
};

const origins: Readonly<Record<RuleOrigin, string>> = {
  default: "Parley",
  config: "parley.yaml",
  workspace: "this workspace",
  channel: "this channel",
};

const kinds: Readonly<Record<InputKind, string>> = {
  message: "message",
  edit: "edited message",
  history: "earlier message",
  picture: "picture",
  reply: "reply of Parley's",
  summary: "summary",
  persona: "persona",
  command: "command",
};

const reaches = { channel: "in this channel", workspace: "in this workspace" } as const;

/** What is said about moderation. Names that people chose come in already quoted. */
export const moderationInEnglish = {
  off: "Moderation is off, as the configuration accepts: whatever people write reaches the model.",

  policy: {
    title: "What reaches the model here",
    head: ["Category", "What happens", "From a score of", "Set in"],
    action: (action: Decision) => actions[action],
    /** In place of a score: when the service itself flags something. */
    flagged: "the service's flag",
    origin: (origin: RuleOrigin) => origins[origin],
    words: (block: number, flag: number) =>
      `Beside these, the configuration lists ${block} words that block a message and ${flag} that are noted.`,
    change: "`/parley moderation set <category> <allow|flag|block|default>` changes it.",
  },

  set: (category: string, action: Decision, threshold: number | undefined, reach: keyof typeof reaches) =>
    `From now on, ${category} is ${actions[action]} ${reaches[reach]}${threshold === undefined ? "" : ` from a score of ${threshold}`}.`,
  takenBack: (category: string, reach: keyof typeof reaches) =>
    `Nothing is set for ${category} ${reaches[reach]} any more.`,
  always: (category: string) => `${category} is always blocked; that can't be changed.`,
  noThreshold: "A score goes with flag or block only.",
  adminsSetAll: "Only admins set what holds in the whole workspace.",
  onlyStricter: (category: string, action: Decision) =>
    `${category} is ${actions[action]} in this workspace. Only admins may loosen that for a channel.`,

  log: {
    title: (days: number) => `Flagged and blocked in the last ${days} days`,
    none: "Nothing was flagged or blocked.",
    head: ["When", "Where", "Who", "What", "Seen in it", "Then"],
    kind: (kind: InputKind) => kinds[kind],
    decision: { flag: "noted", block: "blocked" } as const,
    nobody: "—",
    hidden: (count: number) =>
      count === 1
        ? "One more is in a place that you can't read."
        : `${count} more are in places that you can't read.`,
  },
};
