// What a line of Markdown is, as far as it decides where a text may be cut.

/** How a code block begins. */
export interface Fence {
  /** What stands before the fence on its line: quote marks and indentation. */
  readonly container: string;
  readonly marker: string;
  readonly info: string;
}

/** The first line with its line break; no more of it than `maxChars`. */
export function firstLine(text: string, maxChars: number): string {
  const start = text.slice(0, maxChars);
  return start.slice(0, start.indexOf("\n") + 1 || start.length);
}

/** What a line begins with that begins as a fence does, in quotes and list items too. */
export function fenceRun(line: string): Fence | undefined {
  const found = /^((?:[ \t]*>)*[ \t]*)((?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(`{3,}|~{3,})(.*)/.exec(line);
  if (found === null) return undefined;
  const [, quote = "", item = "", marker = "", info = ""] = found;
  return { container: quote + " ".repeat(item.length), marker, info: info.trim() };
}

/** Whether it opens a code block: with more backticks behind it, it is inline code; with thousands of them, nothing. */
export function opensBlock({ container, marker, info }: Fence, maxChars: number): boolean {
  const isInlineCode = marker.startsWith("`") && info.slice(0, maxChars / 4).includes("`");
  return !isInlineCode && container.length + marker.length <= maxChars / 8;
}

export function closes(line: string, { marker }: Fence): boolean {
  const found = /^[ \t>]*(`{3,}|~{3,})\s*$/.exec(line)?.[1];
  return found !== undefined && found[0] === marker[0] && found.length >= marker.length;
}

/** Whether a quoted code block ends because the quote does. */
export function leaves(line: string, { container }: Fence): boolean {
  return container.includes(">") && !/^[ \t]*>/.test(line);
}

export function isHeading(line: string): boolean {
  return /^ {0,3}#{1,6}[ \t]/.test(line);
}

export function isListItem(line: string): boolean {
  return /^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]/.test(line);
}

/** The row of dashes under a table's header, with its line break. */
export function isDelimiterRow(line: string): boolean {
  if (!line.endsWith("\n") || !line.includes("|") || !looksLikeDelimiterRow(line)) return false;
  const cells = line
    .replace(/^[ \t>]*\|?/, "")
    .trimEnd()
    .replace(/\|$/, "")
    .split("|");
  return cells.every((cell) => /^:?-+:?$/.test(cell.trim()));
}

/** What may yet become such a row. */
export function looksLikeDelimiterRow(line: string): boolean {
  return /^[ \t>]*[|:-][ \t|:-]*$/.test(line.trimEnd());
}
