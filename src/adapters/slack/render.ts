import remend from "remend";

import { splitMarkdown } from "../../core/split.ts";

/** All markdown blocks of a message together (docs.slack.dev/reference/block-kit/blocks/markdown-block). */
const maxMarkdownChars = 12_000;
/** A text that grows in rendering is cut once more, into pieces of one of these sizes. */
const pieceChars = [6_000, 3_000, 1_500];
/** chat.update refuses more than 4,000 bytes of text; the text beside the block is only what notifications show. */
const maxFallbackChars = 900;
/** Slack refuses a message without text. */
const emptyText = "…";

const joiner = "\u2060";

/**
 * Markdown → the markdown of one or more messages, none longer than a message takes. Nothing in them mentions anybody,
 * shows a picture or leads anywhere but to the web or a mailbox. Of a text that is open at its end, unfinished marks are closed.
 */
export function renderMessages(markdown: string, { isOpen = false } = {}): readonly string[] {
  const closed = isOpen ? remend(markdown, { linkMode: "text-only", katex: false }) : markdown;
  const whole = makeInert(closed);
  if (whole.length <= maxMarkdownChars) return [whole.trim() === "" ? emptyText : whole];
  for (const chars of pieceChars) {
    const texts = splitMarkdown(closed, chars).map(makeInert);
    if (texts.every((text) => text.length <= maxMarkdownChars)) return texts;
  }
  return splitMarkdown(closed, 1_000).map((text) => makeInert(text).slice(0, maxMarkdownChars));
}

/** A block of code, closed or not, or code within a line. */
const code = /(```[\s\S]*?(?:```|$)|`[^`\n]+`)/;

/**
 * Takes the effect from what a model wrote: an invisible character keeps Slack from seeing a mention. Invisible
 * characters that could hide one are dropped first. Code is copied and run, so that in it only what is a mention to the
 * letter is touched.
 */
export function makeInert(markdown: string): string {
  return markdown
    .toWellFormed()
    .replaceAll(/[\u200b\u2060\ufeff\u00ad]/g, "")
    .split(code)
    .map((piece, index) => (index % 2 === 1 ? makeCodeInert(piece) : makeProseInert(piece)))
    .join("");
}

function makeCodeInert(piece: string): string {
  return piece.replaceAll(
    /(<|&lt;)(?=@[UW][A-Z0-9]|#C[A-Z0-9]|!(?:channel|here|everyone|group|subteam|date)\b)/g,
    `$1${joiner}`,
  );
}

function makeProseInert(piece: string): string {
  return (
    piece
      // Mentions, channels, groups and commands, also as entities that Markdown would decode.
      .replaceAll(
        /(<|&lt;|&#0*60;|&#x0*3c;)(?=[@#!]|&(?:commat|num|excl|#0*(?:64|35|33)|#x0*(?:40|23|21));)/gi,
        `$1${joiner}`,
      )
      .replaceAll(/@(?=(?:channel|here|everyone|group)\b)/gi, `@${joiner}`)
      .replaceAll(/!\[/g, "[")
      .replaceAll(/\]\(\s*<?\s*([^)\s>]*)/g, (whole, address: string) =>
        isHarmless(address) ? whole : "](#",
      )
      .replaceAll(/^(\s{0,3}\[[^\]\n]+\]:\s*)<?([^\s>]+)>?/gm, (whole, head: string, address: string) =>
        isHarmless(address) ? whole : `${head}#`,
      )
      // An address in angle brackets is a link, whatever it leads to.
      .replaceAll(/<(?=([a-z][a-z0-9+.-]*:[^\s<>]*)>)/gi, (whole, address: string) =>
        isHarmless(address) ? whole : `${whole}${joiner}`,
      )
  );
}

/** Only the web and mailboxes; what has no scheme stays where it is. */
function isHarmless(address: string): boolean {
  const decoded = address.replaceAll(/&[#\w]+;|[\s\p{Cc}]/gu, "");
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(decoded)?.[1]?.toLowerCase();
  return scheme === undefined || ["http", "https", "mailto"].includes(scheme);
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
