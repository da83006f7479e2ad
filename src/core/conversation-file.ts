import type { Turn } from "./conversation.ts";
import type { Words } from "./words/en.ts";

export type ConversationFormat = "markdown" | "json";

/** A conversation as a file: as many of its newest turns as there is room for. */
export interface ConversationFile {
  readonly text: string;
  readonly turns: number;
}

/** `newestFirst` are the turns; the file has the oldest first. */
export function writeConversation(
  format: ConversationFormat,
  newestFirst: readonly Turn[],
  options: { readonly exportedAt: number; readonly maxBytes: number; readonly words: Words },
): ConversationFile {
  const { exportedAt, maxBytes, words } = options;
  const write = format === "json" ? turnAsJson : turnAsMarkdown;
  const kept: string[] = [];
  let left = maxBytes - headRoomBytes;
  for (const turn of newestFirst) {
    const text = write(turn, words);
    left -= Buffer.byteLength(text) + 2;
    if (left < 0) break;
    kept.push(text);
  }
  const parts = kept.toReversed();
  const time = new Date(exportedAt).toISOString();
  const text =
    format === "json"
      ? `{"exportedAt":${JSON.stringify(time)},"turns":[\n${parts.join(",\n")}\n]}\n`
      : `# ${words.chat.fileTitle(time)}\n\n${parts.join("\n\n")}\n`;
  return { text, turns: parts.length };
}

const headRoomBytes = 500;

function turnAsJson({ id, role, author, text, at }: Turn): string {
  const time = new Date(at).toISOString();
  return JSON.stringify({
    id,
    role,
    ...(author && { author: author.id, label: author.label }),
    at: time,
    text,
  });
}

/** Quoted, so that nobody's text can look like another turn. */
function turnAsMarkdown(turn: Turn, words: Words): string {
  const time = new Date(turn.at).toISOString().slice(0, 16).replace("T", " ");
  const who = turn.role === "user" ? turn.author?.label || words.chat.you : "Parley";
  const lines = turn.text.toWellFormed().split(/\r\n|[\n\r\u2028\u2029]/);
  return `**${who}**, ${time} UTC\n\n${lines.map((line) => `> ${line}`).join("\n")}`;
}
