import { isObject } from "./arguments.ts";
import type { StoredMessage } from "./workspace.ts";

/** Whom the shown text names so that Slack notifies them. */
export interface Pings {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** `here`, `channel`, `everyone` */
  readonly broadcasts: readonly string[];
}

/** What is shown of a message, markup and Markdown as they were sent: blocks where there are any, or else the text. */
export function shownText({ text, blocks, stream }: StoredMessage): string {
  const inBlocks = textOfBlock(blocks ?? []);
  // Streamed text comes before the blocks that end the stream (reference/methods/chat.stopStream).
  if (stream && !stream.replaced) return [text, inBlocks].filter(Boolean).join("\n");
  return blocks?.length ? inBlocks : text;
}

const innerParts = [
  "title",
  "text",
  "fields",
  "elements",
  "rows",
  "accessory",
  "positive_button",
  "negative_button",
];

/** All texts of a block (or a list of them) in reading order. */
export function textOfBlock(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOfBlock).filter(Boolean).join("\n");
  if (typeof value === "string") return value;
  if (!isObject(value)) return "";
  return innerParts
    .map((part) => textOfBlock(value[part]))
    .filter(Boolean)
    .join("\n");
}

/** The notification text names nobody where blocks are shown. */
export function pingsOf(message: StoredMessage): Pings {
  const { text, isMarkdown, blocks, stream } = message;
  const isTextShown = !blocks?.length || (stream !== undefined && !stream.replaced);
  const pieces = (blocks ?? []).map((block) => piece(textOfBlock(block), block.type === "markdown"));
  if (isTextShown) pieces.unshift(piece(text, isMarkdown));
  const all = (pattern: RegExp) =>
    pieces.flatMap((shown) => [...shown.matchAll(pattern)].map((match) => match[1] ?? ""));
  return {
    users: all(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g),
    groups: all(/<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>/g),
    broadcasts: all(/<!(here|channel|everyone)(?:\|[^>]*)?>/g),
  };
}

/** Nothing inside Markdown's code is more than text; whether mrkdwn's code protects isn't documented, so here it doesn't. */
function piece(text: string, isMarkdown: boolean): string {
  return isMarkdown ? text.replaceAll(/```[\s\S]*?(?:```|$)|`[^`\n]*`/g, " ") : text;
}
