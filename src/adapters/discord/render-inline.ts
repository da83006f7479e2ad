import type { MarkedToken, Token } from "marked";

import { decodeEntities } from "./entities.ts";
import { codeSpan, escapeText } from "./escape.ts";

/**
 * Inline Markdown as Discord shows it. Neighbouring plain texts are escaped as one, so that no mention is put together from harmless pieces.
 */
export function inline(tokens: readonly Token[], isLineStart: boolean, within: Within = {}): string {
  let text = "";
  let pending = "";
  const flush = () => {
    text += escapeText(withoutNoteSigns(pending), isLineStart && (text === "" || text.endsWith("\n")));
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

/** What a token says, where it is nothing but text. */
function literalText(token: MarkedToken): string | undefined {
  switch (token.type) {
    case "text":
      return token.tokens ? undefined : decodeEntities(token.text);
    case "escape":
      return decodeEntities(token.text);
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

/** Footnotes, which marked takes for references to links where their text is one word. */
export function isNote(raw: string): boolean {
  return raw.startsWith("[^");
}

/** `[^1]` is read as `[1]`. */
function withoutNoteSigns(text: string): string {
  return text.replaceAll(/\[\^(?=[^\]\s]{1,20}\])/g, "[");
}

/** Strong within strong would end it, and so would a link within a link. */
interface Within {
  readonly isStrong?: boolean;
  readonly isLink?: boolean;
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
    case "link":
      return link(
        token.href,
        inline(token.tokens, false, { ...within, isLink: true }),
        plainInline(token.tokens),
      );
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

/** Marks around nothing would be shown. */
export function around(sign: string, text: string): string {
  return text.trim() === "" ? text : `${sign}${text}${sign}`;
}

/**
 * `<…>` keeps Discord from showing a preview. A label that looks like an address itself is shown beside the real one:
 * what is clicked is what is read.
 */
function link(href: string, label: string, plainLabel: string): string {
  const address = safeAddress(href);
  if (address === undefined) return label;
  if (address.protocol === "mailto:") {
    const person = decodeURIComponentSafely(address.pathname);
    return plainLabel === person ? label : `${label} (${escapeText(person, false)})`;
  }
  const escaped = address.href.replaceAll(/[<>\\`|]|@(?=everyone|here)/gi, percentEncoded);
  // Pairs are read as part of the address.
  const isPaired = /^[^()]*(?:\([^()]*\)[^()]*)*$/.test(escaped);
  const url = isPaired ? escaped : escaped.replaceAll(/[()]/g, percentEncoded);
  if (plainLabel.trim() === "" || plainLabel === href || plainLabel === address.href) return `<${url}>`;
  if (/\w\.\w|:\/\//.test(plainLabel)) return `${label} (<${url}>)`;
  return `[${label}](<${url}>)`;
}

function safeAddress(href: string): URL | undefined {
  const decoded = decodeEntities(href);
  if (!URL.canParse(decoded)) return undefined;
  const url = new URL(decoded);
  return ["http:", "https:", "mailto:"].includes(url.protocol) ? url : undefined;
}

function percentEncoded(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A text that was written as it is, with its entities read. */
export function plainText(text: string, isLineStart: boolean): string {
  return escapeText(withoutNoteSigns(decodeEntities(text)), isLineStart);
}

/** What is read of inline Markdown, without marks and in one line. */
export function plainInline(tokens: readonly Token[]): string {
  return (tokens as readonly MarkedToken[])
    .map((token) => {
      const literal = literalText(token);
      if (literal !== undefined) return literal;
      if ("tokens" in token && token.tokens && token.type !== "image") return plainInline(token.tokens);
      return "text" in token ? token.text : token.raw;
    })
    .join("")
    .replaceAll(/\s+/g, " ")
    .trim();
}
