import { lexer } from "marked";
import type { MarkedToken, Tokens } from "marked";
import remend from "remend";

import { splitMarkdown } from "../../core/split.ts";
import { codeBlock, escapeText } from "./escape.ts";
import { inline, isNote, plainText } from "./render-inline.ts";
import { settledPart } from "./settled.ts";
import { drawnTable, writtenTable } from "./table.ts";

/** All markdown blocks of a message together (docs.slack.dev/reference/block-kit/blocks/markdown-block). */
export const maxMarkdownChars = 12_000;
/** A text that grows in rendering is cut once more, into pieces of one of these sizes. */
const pieceChars = [6_000, 3_000, 1_500, 700];
/** chat.update refuses more than 4,000 bytes of text; the text beside the block is only what notifications show. */
const maxFallbackChars = 900;
/** Slack refuses a message without text. */
const emptyText = "…";

/**
 * Markdown → the Markdown of one or more messages, none longer than a message takes. It is written anew from what was
 * understood of it, so that nothing mentions anybody, shows a picture, or leads anywhere but to the web or a mailbox. Of
 * a text that is open at its end, unfinished marks are closed.
 */
export function renderMessages(
  markdown: string,
  { isOpen = false, maxChars = maxMarkdownChars } = {},
): readonly string[] {
  const source = markdown.toWellFormed().replaceAll(/\r\n?/g, "\n");
  const closed = isOpen ? remend(source, { linkMode: "text-only", katex: false }) : source;
  const whole = renderText(closed);
  if (whole.length <= maxChars) return [whole];
  for (const chars of pieceChars.filter((each) => each <= maxChars)) {
    const texts = splitMarkdown(closed, chars).map(renderText);
    if (texts.every((text) => text.length <= maxChars)) return texts;
  }
  return chop(escapeText(source, true), maxChars);
}

/** What of a growing text can be shown for good; empty while there is nothing of that kind, or too much of it. */
export function renderGrowing(markdown: string): string {
  const { text, inCode } = settledPart(markdown.toWellFormed().replaceAll(/\r\n?/g, "\n"));
  if (text.trim() === "") return "";
  const rendered = renderText(text);
  const shown = (inCode ? rendered.replace(/\n`{3,}$/, "") : rendered).trimEnd();
  return shown.length <= maxMarkdownChars ? shown : "";
}

/** What stands beside the blocks: shown in notifications, escaped for Slack's markup. */
export function fallbackText(markdown: string): string {
  const text = markdown
    .slice(0, maxFallbackChars)
    .toWellFormed()
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
  const cut =
    text.length > 3 * maxFallbackChars ? text.slice(0, 3 * maxFallbackChars).replace(/&[a-z]*$/, "") : text;
  return markdown.length > maxFallbackChars ? `${cut}…` : cut;
}

function renderText(markdown: string): string {
  let text: string;
  try {
    text = blocks(lexer(markdown, { gfm: true }) as MarkedToken[], { hasTable: false });
  } catch {
    // marked nests one call a level: thousands of `>` overflow the stack.
    text = escapeText(markdown, true);
  }
  return text.trim() === "" ? emptyText : text;
}

/** The last resort: between characters, so that none is lost. */
function chop(text: string, maxChars: number): readonly string[] {
  const texts: string[] = [];
  let piece = "";
  for (const char of text) {
    if (piece.length + char.length > maxChars) {
      texts.push(piece);
      piece = "";
    }
    piece += char;
  }
  return [...texts, piece].map((each) => (each.trim() === "" ? emptyText : each));
}

/** Slack refuses a message with more than one table (`only_one_table_allowed`): further ones are written as code. */
interface Page {
  hasTable: boolean;
}

function blocks(tokens: readonly MarkedToken[], page: Page): string {
  return tokens
    .map((token) => block(token, page))
    .filter((text) => text !== "")
    .join("\n\n");
}

function block(token: MarkedToken, page: Page): string {
  switch (token.type) {
    case "heading": {
      const text = inline(token.tokens, false).replaceAll("\n", " ").trim();
      return text === "" ? "" : `${"#".repeat(token.depth)} ${text}`;
    }
    case "paragraph":
      return inline(token.tokens, true);
    case "text":
      return token.tokens ? inline(token.tokens, true) : plainText(token.text, true);
    case "code":
      return codeBlock(token.text, token.lang?.split(/\s/)[0]);
    case "blockquote":
      return quote(blocks(token.tokens as MarkedToken[], page));
    case "list":
      return list(token, page);
    case "table":
      return table(token, page);
    case "hr":
      return "---";
    case "html":
      return plainText(token.text.trimEnd(), true);
    case "def":
      return isNote(token.raw) ? plainText(token.raw.trimEnd(), true) : "";
    case "space":
      return "";
    default:
      return plainText(token.raw.trimEnd(), true);
  }
}

/** There are no quotes within quotes. */
function quote(text: string): string {
  if (text === "") return "";
  return text
    .split("\n")
    .map((line) => (/^>(?: |$)/.test(line) ? line : `> ${line}`.trimEnd()))
    .join("\n");
}

function list({ ordered, start, items }: Tokens.List, page: Page): string {
  const first = ordered && typeof start === "number" ? start : 1;
  return items
    .map((item, index) => {
      const sign = ordered ? `${first + index}. ` : "- ";
      const box = item.task ? (item.checked ? "☑ " : "☐ ") : "";
      const parts = (item.tokens as MarkedToken[]).filter((token) => token.type !== "checkbox");
      const body = parts
        .map((token) => ({ token, text: block(token, page) }))
        .filter(({ text }) => text !== "");
      const lines = body.map(({ token, text }, at) => {
        // Slack's lists hold no code blocks and no tables: these stand between the items.
        if (token.type === "code" || token.type === "table") return `${at === 0 ? "…" : ""}\n${text}\n`;
        const indent = " ".repeat(sign.length);
        const indented = text.replaceAll("\n", `\n${indent}`);
        return at === 0 ? indented : indent + indented;
      });
      return `${sign}${box}${lines.join("\n")}`.trimEnd();
    })
    .join("\n");
}

function table(token: Tokens.Table, page: Page): string {
  const drawn = page.hasTable ? undefined : drawnTable(token);
  if (drawn === undefined) return writtenTable(token);
  page.hasTable = true;
  return drawn;
}
