import type { MarkedToken, Token } from "marked";

import { decodeEntities } from "./entities.ts";
import { codeSpan, escapeText } from "./escape.ts";

/** Strong within strong would end it, and so would a link within a link. */
interface Within {
  readonly isStrong?: boolean;
  readonly isLink?: boolean;
}

/** Inline Markdown, written anew. Neighbouring plain texts are escaped as one: no mention is put together from harmless pieces. */
export function inline(tokens: readonly Token[], isLineStart: boolean, within: Within = {}): string {
  let text = "";
  let pending = "";
  const flush = () => {
    text += escapeText(pending, isLineStart && (text === "" || text.endsWith("\n")));
    pending = "";
  };
  for (const token of tokens as readonly MarkedToken[]) {
    const literal = literalText(token);
    if (literal === undefined) {
      flush();
      const shown = mark(token, within);
      // A link must not be taken for a picture.
      if (shown.startsWith("[")) text = text.replace(/!$/, "\\!");
      text += shown;
    } else pending += literal;
  }
  flush();
  return text;
}

/** A text that was written as it is, with its entities read. */
export function plainText(text: string, isLineStart: boolean): string {
  return escapeText(decodeEntities(text), isLineStart);
}

/** What is read of inline Markdown, without marks and in one line. */
export function plainInline(tokens: readonly Token[]): string {
  return (tokens as readonly MarkedToken[])
    .map((token) => {
      const literal = literalText(token);
      if (literal !== undefined) return literal;
      if ("tokens" in token && token.tokens && token.type !== "image") return plainInline(token.tokens);
      return decodeEntities("text" in token ? token.text : token.raw);
    })
    .join("")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** Marks around nothing would be shown. */
export function around(sign: string, text: string): string {
  return text.trim() === "" ? text : `${sign}${text}${sign}`;
}

/** Footnotes, which marked takes for references to links where their text is one word. */
export function isNote(raw: string): boolean {
  return raw.startsWith("[^");
}

/** What a token says, where it is nothing but text. */
function literalText(token: MarkedToken): string | undefined {
  switch (token.type) {
    case "text":
      return token.tokens ? undefined : decodeEntities(token.text);
    case "escape":
      return token.text;
    case "html":
      return /^<br\s*\/?>$/i.test(token.raw) ? "\n" : token.raw;
    case "br":
      return "\n";
    case "link":
      return isNote(token.raw) ? token.raw : undefined;
    default:
      return undefined;
  }
}

function mark(token: MarkedToken, within: Within): string {
  switch (token.type) {
    case "strong": {
      const text = inline(token.tokens, false, { ...within, isStrong: true });
      return within.isStrong ? text : around("**", text);
    }
    case "em":
      return around("*", inline(token.tokens, false, within));
    case "del":
      return around("~~", inline(token.tokens, false, within));
    case "codespan":
      return codeSpan(token.text);
    case "link": {
      const label = inline(token.tokens, false, { ...within, isLink: true });
      return link(token.href, label, plainInline(token.tokens));
    }
    case "image": {
      const label = plainText(token.text || "image", false);
      return within.isLink ? label : link(token.href, label, token.text || "image");
    }
    case "text":
      return inline(token.tokens ?? [], false, within);
    case "checkbox":
      return "";
    default:
      return plainText(token.raw, false);
  }
}

/**
 * Only the web and mailboxes. A label that looks like an address itself is shown beside the real one: what is clicked is
 * what is read.
 */
function link(href: string, label: string, plainLabel: string): string {
  const address = safeAddress(href);
  if (address === undefined) return label;
  const url = addressText(address);
  if (plainLabel === "" || plainLabel === href || plainLabel === address.href) return `<${url}>`;
  if (address.protocol === "mailto:" && isShortFor(plainLabel, address)) return label;
  const isMisleading = /\w\.\w|:\/\//.test(plainLabel) && !isShortFor(plainLabel, address);
  return isMisleading ? `${label} (<${url}>)` : `[${label}](${url})`;
}

/** `www.example.org`, `a@example.org` */
function isShortFor(label: string, { href, protocol }: URL): boolean {
  const full = protocol === "mailto:" ? `mailto:${label}` : `${protocol}//${label}`;
  return URL.parse(full)?.href === href;
}

function safeAddress(href: string): URL | undefined {
  const decoded = decodeEntities(href);
  if (!URL.canParse(decoded)) return undefined;
  const url = new URL(decoded);
  return ["http:", "https:", "mailto:"].includes(url.protocol) ? url : undefined;
}

/** Without what would end it; pairs of parentheses are read as part of it. */
function addressText({ href }: URL): string {
  const escaped = href
    .replaceAll(/[<>\\`|\s]|@(?=channel|here|everyone)/gi, percentEncoded)
    .replaceAll(/&(?=#?\w{1,32};)/g, "&amp;");
  return /^[^()]*(?:\([^()]*\)[^()]*)*$/.test(escaped)
    ? escaped
    : escaped.replaceAll(/[()]/g, percentEncoded);
}

function percentEncoded(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
