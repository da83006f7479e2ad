/** Takes no room and breaks no line, and nothing behind it belongs to what stands before it (U+2060). */
const joiner = "\u2060";

/**
 * A text that a markdown block shows as it stands: nothing in it marks, links, mentions, or begins a list or a quote
 * (docs.slack.dev/reference/block-kit/blocks/markdown-block). `isLineStart` says whether it begins a line.
 */
export function escapeText(text: string, isLineStart: boolean): string {
  const marks = withoutInvisible(text)
    .replaceAll(/\\(?=[^0-9A-Za-z\s]|$)/g, "\\\\")
    .replaceAll("`", "\\`")
    .replaceAll(/\*(?! )|(?<! )\*/g, "\\*")
    // Inside a word it is no mark, and code-like names stay copyable.
    .replaceAll(/(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])/g, "\\_")
    // One alone is no mark: “~5” is read so.
    .replaceAll(/~(?! )(?=[^~]*~)|(?<=~[^~]*)(?<! )~/g, "\\~")
    .replaceAll("](", "\\](")
    .replaceAll(/&(?=#?\w{1,32};)/g, "\\&")
    .replaceAll(/<(?=[A-Za-z/?!@#])/g, "\\<");
  const lines = marks
    .split("\n")
    .map((line, index) => (index > 0 || isLineStart ? escapeLineStart(line) : line));
  return neutralizeMentions(lines.join("\n"));
}

/** Code shows everything as it is; the fence is longer than any in it. */
export function codeBlock(code: string, language = ""): string {
  const longest = Math.max(2, ...(code.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const info = /^[\w+#.-]{1,30}$/.test(language) ? language : "";
  return `${fence}${info}\n${neutralizeIds(code).replace(/\n+$/, "")}\n${fence}`;
}

export function codeSpan(code: string): string {
  const inside = neutralizeIds(code.replaceAll("\n", " "));
  if (!inside.includes("`")) return `\`${inside}\``;
  const longest = Math.max(...(inside.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence} ${inside} ${fence}`;
}

/** Slack reads `<@…>`, `<#…>` and `<!…>` wherever its own markup is read; in a word of their own they would call people. */
function neutralizeMentions(text: string): string {
  return text
    .replaceAll(/<(?=[@#!])/g, `<${joiner}`)
    .replaceAll(/(?<!\w)@(?=(?:channel|here|everyone)\b)/gi, `@${joiner}`);
}

/** In code only what is somebody's or something's id: other code stays as it was written. */
function neutralizeIds(code: string): string {
  return code.replaceAll(
    /<(?=[@#][A-Z0-9]{2,}[|>]|!(?:here|channel|everyone|subteam\^|date\^))/g,
    `<${joiner}`,
  );
}

/** They could hide a mention from whoever looks for one. */
function withoutInvisible(text: string): string {
  return text.replaceAll(/[\u200b\u2060\ufeff\u00ad]/g, "");
}

function escapeLineStart(line: string): string {
  return line.replace(
    /^( *)(?:(\d{1,9})([.)])(?= |$)|(#{1,6}(?= |$)|>|[-+*](?= |$)|-{2,} *$|={1,} *$|\[(?=[^\]]{1,999}\]:)))/,
    (_match, space: string, number: string | undefined, dot, mark) =>
      number === undefined ? `${space}\\${String(mark)}` : `${space}${number}\\${String(dot)}`,
  );
}
