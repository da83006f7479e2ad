import type { CallKind } from "../ledger.ts";
import { writeUsd } from "./money.ts";

/** What the commands of the group `chat` say. Names that people chose come in already quoted. */
export const chatInEnglish = {
  you: "You",
  fileTitle: (time: string) => `Conversation, exported ${time}`,

  info: {
    title: "This conversation",
    empty: "Nothing was said to me here yet.",
    messages: (user: number, assistant: number, more: boolean) =>
      `Messages I remember: ${count(user)} of people, ${count(assistant)} of mine${more ? ", and older ones" : ""}`,
    window: (used: number, budget: number, turns: number) =>
      `Read for the next answer: ${count(turns)} messages, ${count(used)} of ${count(budget)} tokens`,
    persona: (title: string, name: string) => `Persona: ${title} (${name})`,
    model: (model: string, here: boolean) => `Model: ${model}${here ? ", chosen for this channel" : ""}`,
    parameters: (list: string) => `Parameters: ${list}`,
    setHere: "set here",
    mode: (mode: "mention" | "always" | "off" | "direct") => `I answer here: ${modes[mode]}`,
    created: (time: string) => `Begun: ${time}`,
    lastUsed: (time: string) => `Last used: ${time}`,
    summary: (covered: number, tokens: number) =>
      `Summary: stands for the ${count(covered)} messages before, ${count(tokens)} tokens`,
    summaryText: "What the summary says",
    money: (microUsd: number, unpriced: number) =>
      `, ${writeUsd(microUsd)}${unpriced > 0 ? ` and ${count(unpriced)} ${unpriced === 1 ? "call" : "calls"} of unknown price` : ""}`,
    spent: (calls: number, input: number, cached: number, output: number) =>
      `Spent so far: ${count(calls)} calls, ${count(input)} tokens read${cached > 0 ? ` (${count(cached)} of them cached)` : ""}, ${count(output)} written`,
    spentOn: (kinds: readonly string[]) => (kinds.length > 0 ? ` (${kinds.join(", ")})` : ""),
    spentKind: (kind: CallKind, calls: number) => `${count(calls)} ${callKinds[kind] ?? kind}`,
  },

  reset:
    "I begin anew here: what was said in this conversation before is forgotten. The messages themselves stay where they are.",

  exported: (turns: number, all: boolean) =>
    all
      ? `Here is what I remember of this conversation: ${messages(turns)}.`
      : `This conversation is longer than a file may be. Here is the end of it: ${messages(turns)}.`,
  nothingToExport: "There is nothing to export: I remember nothing of this conversation.",
  exportAlt: "The conversation as a file",
  tooLongToExport: "The last message alone is longer than a file may be here.",

  mode: (mode: "mention" | "always" | "off") => `From now on I answer in this channel ${modes[mode]}.`,
  directMode: "In a direct conversation I always answer, so there is nothing to set.",

  model: (model: string) => `From now on ${model} answers in this channel.`,
  modelDefault: (model: string) => `This channel goes back to the persona's own model, ${model}.`,
  modelUnknown: (model: string, nearest: string | undefined) =>
    `The model service has no model ${model} that can chat.${nearest === undefined ? "" : ` Did you mean ${nearest}?`}`,
  modelRetires: (day: string) => `The model service will end this model on ${day}.`,
  modelUnchecked:
    "The model service can't be asked just now whether it has this model, so check the first answer.",

  set: (parameter: string, value: string) => `\`${parameter}\` is now ${value} in this channel.`,
  setDefault: (parameter: string) => `\`${parameter}\` goes back to the persona's own in this channel.`,
  refusedParameter: (parameter: string, model: string, reasoning: string) =>
    `${model} takes no \`${parameter}\`: ${reasons[reasoning] ?? "it says so itself"}.`,
  leftAside: (parameters: readonly string[], model: string) =>
    `${model} takes no ${list(parameters.map((name) => `\`${name}\``))}, so that is left out.`,
  noRoom: (model: string) =>
    `${model} would have no room for the conversation: the persona and the longest answer fill all that it reads. Choose a smaller \`max_tokens\` or a model that reads more.`,
};

const callKinds: Readonly<Record<CallKind, string>> = {
  chat: "for answers",
  moderation: "for moderation",
  embedding: "for search",
  summary: "for summaries",
  title: "for titles",
  "fine-tune": "for fine-tuning",
};

const modes = {
  mention: "when I am mentioned, and in threads that I was called into",
  always: "to every message",
  off: "to nothing but commands",
  direct: "to every message, as always in a direct conversation",
};

const reasons: Readonly<Record<string, string>> = {
  alwaysReasons: "it reasons before it answers, and such models choose their words by themselves",
  mayReason: "it reasons before it answers. Set `reasoning_effort` to `none` first",
  neverReasons: "it doesn't reason, and that is only for models that do",
};

function count(value: number): string {
  return value.toLocaleString("en");
}

function messages(value: number): string {
  return value === 1 ? "1 message" : `${count(value)} messages`;
}

function list(items: readonly string[]): string {
  return new Intl.ListFormat("en", { type: "disjunction" }).format(items);
}
