const zeroWidthSpace = "\u200b";

/**
 * A text that Discord shows as it stands: no marks of its own, no mentions, nothing that begins a list or a quote
 * (support.discord.com, Markdown Text 101; developers/reference, Message Formatting). `isLineStart` says whether it
 * begins a line.
 */
export function escapeText(text: string, isLineStart: boolean): string {
  const marks = text
    .replaceAll(/\\(?=[^0-9A-Za-z\s]|$)/g, "\\\\")
    .replaceAll("`", "\\`")
    .replaceAll(/\*(?! )|(?<! )\*/g, "\\*")
    // Inside a word it is no mark, and code-like names stay copyable.
    .replaceAll(/_/g, (mark, at: number) =>
      isWordChar(text, at, -1) && isWordChar(text, at, 1) ? mark : "\\_",
    )
    .replaceAll(/~(?=~)|(?<=~)~/g, "\\~")
    .replaceAll(/\|(?=\|)|(?<=\|)\|/g, "\\|")
    .replaceAll("](", "\\](");
  const lines = marks
    .split("\n")
    .map((line, index) => (index > 0 || isLineStart ? escapeLineStart(line) : line));
  return neutralizeMentions(lines.join("\n"));
}

/** Mentions of all kinds, custom emoji, times, commands: nobody and nothing is called by what a model wrote. */
export function neutralizeMentions(text: string): string {
  return text
    .replaceAll(/<(?=[@#]|a?:\w|t:-?\d|id:|\/[^<>]{1,100}:\d)/gi, "\\<")
    .replaceAll(/@(?=everyone|here)/gi, `@${zeroWidthSpace}`);
}

/** Code shows everything as it is; only what would end it is taken apart. */
export function codeBlock(code: string, language = ""): string {
  const inside = code
    .replaceAll(/`(?=``)/g, `\`${zeroWidthSpace}`)
    .replaceAll(/``(?=`)/g, `\`\`${zeroWidthSpace}`);
  const info = /^[\w+#.-]{1,30}$/.test(language) ? language : "";
  return `\`\`\`${info}\n${inside.replace(/\n+$/, "")}\n\`\`\``;
}

export function codeSpan(code: string): string {
  const inside = code.replaceAll("\n", " ");
  if (!inside.includes("`")) return `\`${inside}\``;
  const apart = inside.replaceAll(/`(?=`)/g, `\`${zeroWidthSpace}`);
  const padded = apart.replace(/^`/, " `").replace(/`$/, "` ");
  return `\`\`${padded}\`\``;
}

function isWordChar(text: string, at: number, step: 1 | -1): boolean {
  return /[0-9A-Za-z]/.test(text[at + step] ?? "");
}

function escapeLineStart(line: string): string {
  return line.replace(
    /^(\s*)(?:(\d+)([.)])(?= )|(#{1,3} |-# |>|[-+*] ))/,
    (_match, space: string, number, dot, mark) =>
      number === undefined ? `${space}\\${String(mark)}` : `${space}${String(number)}\\${String(dot)}`,
  );
}
