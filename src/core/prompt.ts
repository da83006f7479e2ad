import type { Picture } from "./attachment.ts";
import type { Turn } from "./conversation.ts";
import { promptText } from "./conversation.ts";
import { admit } from "./moderation.ts";
import type { Moderated, Verdict } from "./moderation.ts";
import type { ChatMessage } from "./ports.ts";

/** A text and what moderation said of it. */
export interface JudgedText {
  readonly text: string;
  readonly verdict: Verdict;
}

/** What stands before the conversation in every prompt of a persona. */
export interface PinnedPrompt {
  readonly system: JudgedText;
  readonly examples: readonly { readonly question: JudgedText; readonly answer: JudgedText }[];
}

/** The pinned messages, or `undefined` where moderation blocks one of them. */
export function pinnedMessages(pinned: PinnedPrompt): readonly ChatMessage[] | undefined {
  const texts: [ChatMessage["role"] & ("system" | "user" | "assistant"), JudgedText][] = [
    ["system", pinned.system],
    ...pinned.examples.flatMap((example): ["user" | "assistant", JudgedText][] => [
      ["user", example.question],
      ["assistant", example.answer],
    ]),
  ];
  const messages: ChatMessage[] = [];
  for (const [role, { text, verdict }] of texts) {
    const content = admit(text, verdict);
    if (content === undefined) return undefined;
    messages.push({ role, content });
  }
  return messages;
}

/** Whether moderation lets this turn into a prompt. That the verdict is about its very text, `turnMessages` makes sure. */
export function mayEnterPrompt(turn: Turn): boolean {
  return turn.verdict !== undefined && turn.verdict.decision !== "block";
}

/** By the turn they came with. */
export type TurnPictures = ReadonlyMap<string, readonly Moderated<Picture>[]>;

/**
 * The turns as chat messages, oldest first. A turn that moderation did not admit is left out; `shorten` is applied to
 * the newest one where it was cut.
 */
export function turnMessages(
  turns: readonly Turn[],
  shorten?: (content: Moderated<string>) => Moderated<string>,
  pictures?: TurnPictures,
): readonly ChatMessage[] {
  const newest = turns.length - 1;
  return turns.flatMap((turn, i) => {
    const admitted = turn.verdict && admit(promptText(turn), turn.verdict);
    if (admitted === undefined) return [];
    const shown = pictures?.get(turn.id) ?? [];
    return [chatMessage(turn, i === newest && shorten ? shorten(admitted) : admitted, shown)];
  });
}

function chatMessage(
  turn: Turn,
  content: Moderated<string>,
  pictures: readonly Moderated<Picture>[],
): ChatMessage {
  switch (turn.role) {
    case "user":
      return { role: "user", content, ...(pictures.length > 0 && { pictures }) };
    case "assistant":
      return { role: "assistant", content, ...(turn.toolCalls && { toolCalls: turn.toolCalls }) };
    case "tool":
      return { role: "tool", content, toolCallId: turn.toolCallId ?? "" };
    default:
      return turn.role satisfies never;
  }
}
