import { z } from "zod";

/** What is used of the messages of a chat completion request. */
export const chatMessage = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: z.union([z.string(), z.array(z.object({ text: z.string().optional() }))]).nullish(),
  tool_calls: z.array(z.object({ function: z.object({ arguments: z.string() }) })).nullish(),
});

/** A conversation as the stand-in reads it. */
export interface Transcript {
  /** What the system message says it plays; `Parley` where it says nothing. */
  readonly persona: string;
  /** `2026-11-22`, where the system message says so. */
  readonly today: string | undefined;
  readonly turns: readonly Said[];
}

export interface Said {
  readonly by: "user" | "assistant";
  /** The label before a user's text; empty where one person is alone with the model. */
  readonly author: string;
  readonly text: string;
}

export function readTranscript(messages: readonly z.infer<typeof chatMessage>[]): Transcript {
  const system = messages.filter(({ role }) => role === "system" || role === "developer").map(textOf);
  const users = messages.filter(({ role }) => role === "user").map(textOf);
  const isLabelled = users.length > 0 && users.every((text) => labelled.test(text));
  const turns = messages.flatMap((message): Said[] => {
    const text = textOf(message);
    if (message.role === "assistant") return text ? [{ by: "assistant", author: "", text }] : [];
    if (message.role !== "user") return [];
    const [label = "", author = ""] = (isLabelled && labelled.exec(text)) || [];
    return [{ by: "user", author, text: withoutMention(text.slice(label.length)) }];
  });
  const said = system.join("\n");
  return {
    persona: /persona “([^”\n]{1,80})”/.exec(said)?.[1] ?? "Parley",
    today: /Today is (\d{4}-\d{2}-\d{2})/.exec(said)?.[1],
    turns,
  };
}

/** A label is a name; a word that opens a sentence and has a colon too is none. */
const labelled =
  /^(?!(?:note|question|answer|todo|re|fwd|update|warning|example|https?|ps|summary|task)\b)([\p{L}\p{N}“][\p{L}\p{M}\p{N} .'’“”-]{0,39}):\s/iu;

/** The stand-in knows that it is meant. */
function withoutMention(text: string): string {
  return text.trim().replace(/^@parley\b[,:]?\s*/i, "");
}

export function textOf({ content }: z.infer<typeof chatMessage>): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => part.text ?? "").join("");
}

/** What tools were called with, as JSON. */
export function callsOf({ tool_calls: calls }: z.infer<typeof chatMessage>): readonly string[] {
  return (calls ?? []).map((call) => call.function.arguments);
}

/** The sentences of a text. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}

export function isQuestion(sentence: string): boolean {
  return (
    sentence.endsWith("?") ||
    /^(?:who|what|when|where|why|which|how|is|are|do|does|did|can|could|will|would|should)\b/i.test(sentence)
  );
}

/** A request rather than something to remember. */
export function isRequest(sentence: string): boolean {
  return /^(?:please\s+)?(?:tell|show|give|make|write|list|explain|count|summari[sz]e|recap|create|draw|translate|help|find|calculate|compute|repeat|compare|draft|say)\b/i.test(
    sentence,
  );
}

/** Something that is to be made, not a question that a memory answers. */
export function isWish(sentence: string): boolean {
  return isRequest(sentence) || /^(?:can|could|would|will) you\b|\bplease\b|^an? \w+/i.test(sentence);
}
