import { lexer } from "marked";
import type { MarkedToken, Tokens } from "marked";
import remend from "remend";

import { splitMarkdown } from "../../core/split.ts";
import { codeBlock, escapeText } from "./escape.ts";
import { around, inline, isNote, plainInline, plainText } from "./render-inline.ts";
import { renderTable } from "./table.ts";

/** developers/resources/message, Create Message. */
export const maxContentChars = 2_000;
/** A text that grows in rendering is cut once more, into pieces of one of these sizes. */
const pieceChars = [900, 450, 220, 100, 64];
/** Discord refuses a message without text. */
const emptyText = "…";

/**
 * Markdown → the texts of one or more messages as Discord shows Markdown, none longer than 2,000 characters. Nothing in
 * them mentions anybody or shows a picture. Where the text is still open at its end, unfinished marks are closed.
 */
export function renderMessages(markdown: string, { isOpen = false } = {}): readonly string[] {
  const source = markdown.toWellFormed().replaceAll(/\r\n?/g, "\n");
  const closed = isOpen ? remend(source, { linkMode: "text-only", katex: false }) : source;
  const whole = renderText(closed);
  if (whole.length <= maxContentChars) return [whole];
  for (const chars of pieceChars) {
    const texts = splitMarkdown(closed, chars).map(renderText);
    if (texts.every((text) => text.length <= maxContentChars)) return texts;
  }
  return chop(escapeText(source, true));
}

function renderText(markdown: string): string {
  let text: string;
  try {
    text = blocks(lexer(markdown, { gfm: true }) as MarkedToken[], "\n\n");
  } catch {
    // marked nests one call a level: thousands of `>` overflow the stack.
    text = escapeText(markdown, true);
  }
  return text.trim() === "" ? emptyText : text;
}

/** The last resort: between characters, so that none is lost. */
function chop(text: string): readonly string[] {
  const texts: string[] = [];
  let piece = "";
  for (const char of text) {
    if (piece.length + char.length > maxContentChars) {
      texts.push(piece);
      piece = "";
    }
    piece += char;
  }
  return [...texts, piece].map((each) => (each.trim() === "" ? emptyText : each));
}

function blocks(tokens: readonly MarkedToken[], gap: string): string {
  let text = "";
  let before = "";
  for (const token of tokens) {
    const shown = block(token);
    if (shown === "") continue;
    // Discord sets headings apart by itself.
    const between = text === "" ? "" : before === "heading" ? "\n" : gap;
    text += between + shown;
    before = token.type;
  }
  return text;
}

function block(token: MarkedToken): string {
  switch (token.type) {
    case "heading":
      return heading(token);
    case "paragraph":
      return inline(token.tokens, true);
    case "text":
      return token.tokens ? inline(token.tokens, true) : plainText(token.text, true);
    case "code":
      return codeBlock(token.text, token.lang?.split(/\s/)[0]);
    case "blockquote":
      return quote(blocks(token.tokens as MarkedToken[], "\n\n"));
    case "list":
      return list(token);
    case "table":
      return table(token);
    case "html":
      return plainText(token.text.trimEnd(), true);
    case "def":
      return isNote(token.raw) ? plainText(token.raw.trimEnd(), true) : "";
    case "space":
    case "hr":
      return "";
    default:
      return plainText(token.raw.trimEnd(), true);
  }
}

/** Discord has three levels. */
function heading({ depth, tokens }: Tokens.Heading): string {
  const isStrong = depth > 3;
  const text = inline(tokens, false, { isStrong }).replaceAll("\n", " ").trim();
  if (text === "") return "";
  return isStrong ? around("**", text) : `${"#".repeat(depth)} ${text}`;
}

/** There are no quotes within quotes. */
function quote(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.startsWith("> ") ? line : `> ${line}`))
    .join("\n");
}

function list({ ordered, start, items }: Tokens.List): string {
  const first = ordered && typeof start === "number" ? start : 1;
  return items
    .map((item, index) => {
      const mark = ordered ? `${first + index}. ` : "- ";
      const box = item.task ? (item.checked ? "☑ " : "☐ ") : "";
      const parts = (item.tokens as MarkedToken[]).filter((token) => token.type !== "checkbox");
      const body = parts.map((token) => ({ token, text: block(token) })).filter(({ text }) => text !== "");
      const lines = body.map(({ token, text }, at) => {
        // Spaces before a code block would be shown as part of the code.
        if (token.type === "code" || token.type === "table") return at === 0 ? `\n${text}` : text;
        const indented = text.replaceAll("\n", "\n  ");
        return at === 0 ? indented : `  ${indented}`;
      });
      return `${mark}${box}${lines.join("\n")}`.trimEnd();
    })
    .join("\n");
}

function table({ header, rows, align }: Tokens.Table): string {
  const plain = (cells: readonly Tokens.TableCell[]) => cells.map((cell) => plainInline(cell.tokens));
  const drawn = renderTable({ header: plain(header), rows: rows.map(plain), align });
  if (drawn !== undefined) return drawn;
  const names = header.map((cell) => inline(cell.tokens, false));
  return rows
    .map((row) => {
      const [head = "", ...cells] = row.map((cell, index) =>
        inline(cell.tokens, false, { isStrong: index === 0 }),
      );
      const lines = cells.flatMap((cell, index) => {
        const name = names[index + 1] ?? "";
        return cell === "" ? [] : [`  - ${name === "" ? "" : `${name}: `}${cell}`];
      });
      return [`- ${around("**", head) || "…"}`, ...lines].join("\n");
    })
    .join("\n");
}
