const maxQuotedChars = 80;

/** Somebody's own text inside of a sentence: inline code on one line, so that nothing in it is Markdown. */
export function quoteText(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("`", "'").trim();
  const cut = line.length > maxQuotedChars ? `${line.slice(0, maxQuotedChars)}…` : line;
  return `\`${cut.toWellFormed()}\``;
}

/** A text of several lines as a block of code that nothing in it can end. */
export function quoteBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.toWellFormed()}\n${fence}`;
}
