import type { Turn } from "../conversation.ts";

/** What somebody wrote before, as far as moderation cares. */
export interface EarlierMessage {
  readonly text: string;
  /** Milliseconds since the epoch by the platform's clock. */
  readonly at: number;
}

const maxMessages = 4;
const maxAgeMs = 10 * 60_000;
const maxChars = 2_000;

/**
 * A message behind its author's few before it, so that a text which is cut in pieces is seen whole: once with the pieces
 * apart, once with them joined in the middle of a word. Nothing where there is none before it. `earlier` is the same
 * author's, in any order.
 */
export function withRecent(message: EarlierMessage, earlier: readonly EarlierMessage[]): readonly string[] {
  const recent: string[] = [];
  let chars = 0;
  for (const { text } of newestBefore(message, earlier)) {
    const kept = text.slice(-(maxChars - chars));
    chars += kept.length;
    recent.unshift(kept.toWellFormed());
    if (chars >= maxChars) break;
  }
  if (recent.length === 0) return [];
  const all = [...recent, message.text];
  return [all.join("\n"), all.map((text) => text.trim()).join("")];
}

/** The same for a turn of a conversation, by what its author said in the other turns of it. */
export function withRecentTurns(
  turn: Pick<Turn, "id" | "author" | "text" | "at">,
  others: readonly Turn[],
): readonly string[] {
  const own = others.filter(
    ({ id, role, author }) => id !== turn.id && role === "user" && author?.person === turn.author?.person,
  );
  return withRecent(turn, own);
}

function newestBefore(
  message: EarlierMessage,
  earlier: readonly EarlierMessage[],
): readonly EarlierMessage[] {
  return earlier
    .filter(({ text, at }) => text.trim() !== "" && at <= message.at && at >= message.at - maxAgeMs)
    .toSorted((a, b) => b.at - a.at)
    .slice(0, maxMessages);
}
