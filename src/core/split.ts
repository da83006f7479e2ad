import {
  closes,
  fenceRun,
  firstLine,
  isDelimiterRow,
  isHeading,
  isListItem,
  leaves,
  looksLikeDelimiterRow,
  opensBlock,
} from "./markdown-lines.ts";
import type { Fence } from "./markdown-lines.ts";

/** The least that a part may hold; below it there is no room for a fence and some code. */
export const minPartChars = 64;

/** Where a part ends, and what the next one must repeat of it. */
interface Cut {
  readonly end: number;
  /** Between two words, or inside one. */
  readonly inLine?: boolean;
  readonly fence?: Fence;
  /** Heading and delimiter rows of a table whose rows go on. */
  readonly tableHeader?: string;
}

type Carry = Omit<Cut, "end">;

/**
 * Splits Markdown into parts of at most `maxChars` UTF-16 code units. Code blocks that are cut are closed and opened
 * again, tables repeat their header; nothing but white space at the borders is lost. For a text that grows, all parts
 * but the last stay as they are: where a part ends depends on nothing that stands behind it.
 * @throws RangeError for a `maxChars` below `minPartChars`
 */
export function splitMarkdown(text: string, maxChars: number): string[] {
  if (maxChars < minPartChars) throw new RangeError(`a part needs room for ${minPartChars} characters`);
  const parts: string[] = [];
  let rest = text.trimEnd().replace(blankLines, "");
  let carry: Carry = {};
  while (rest !== "") {
    const prefix = prefixOf(carry, rest, maxChars);
    const cut = findCut(rest, maxChars - prefix.length, maxChars, prefix === "" ? {} : carry);
    const body = rest.slice(0, cut.end);
    const part = prefix + (cut.fence ? body + closing(cut.fence, body) : body.trimEnd());
    if (part !== "") parts.push(part);
    ({ rest, carry } = afterCut(rest.slice(cut.end), cut, maxChars));
  }
  return parts;
}

const blankLines = /^(?:[ \t]*\r?\n)+/;

/** White space falls away between parts, except in code; so does the end of a code block that was closed already. */
function afterCut(
  rest: string,
  { fence, inLine, tableHeader }: Cut,
  maxChars: number,
): { rest: string; carry: Carry } {
  if (fence === undefined) {
    return {
      rest: rest.replace(inLine ? /^\s+/ : blankLines, ""),
      carry: tableHeader === undefined ? {} : { tableHeader },
    };
  }
  const atLineEnd = inLine ? /^\r?\n/.exec(rest)?.[0] : "";
  if (atLineEnd === undefined) return { rest, carry: { fence, inLine: true } };
  const code = rest.slice(atLineEnd.length);
  const line = firstLine(code, maxChars);
  const wasClosed = closes(line, fence) && line.replaceAll(/[\s>]/g, "") === fence.marker;
  return wasClosed
    ? { rest: code.slice(line.length).replace(blankLines, ""), carry: {} }
    : { rest: code, carry: { fence } };
}

function prefixOf({ fence, inLine, tableHeader }: Carry, rest: string, maxChars: number): string {
  const line = firstLine(rest, maxChars);
  if (fence === undefined) return tableHeader !== undefined && line.includes("|") ? tableHeader : "";
  if (!inLine && leaves(line, fence)) return "";
  const info = fence.info.length <= maxChars / 4 ? fence.info : "";
  return `${fence.container}${fence.marker}${info}\n${inLine ? fence.container : ""}`;
}

type Block =
  | { readonly kind: "text" }
  | { readonly kind: "code"; readonly start: number; readonly fence: Fence }
  | { readonly kind: "table"; readonly start: number; readonly header: string; readonly firstRow: number };

/** Where a part may end between two lines, the best first. */
type BreakKind = "paragraph" | "item" | "line";

/**
 * Finds the end of the part that begins a text: `room` characters at the most, with the fence that closes it. Whether
 * it is full is asked line by line, so that nothing that comes later takes a cut back.
 */
function findCut(rest: string, room: number, maxChars: number, carry: Carry): Cut {
  const window = rest.slice(0, room + 1);
  const breaks: Record<BreakKind, number> = { paragraph: 0, item: 0, line: 0 };
  let block = blockOf(carry);
  let before = "";
  let afterHeading = false;
  let afterBlock = false;

  for (let start = 0; start < window.length; start += before.length) {
    const line = firstLine(window.slice(start), window.length);
    if (block.kind === "table" && start >= block.firstRow && !line.includes("|")) {
      block = { kind: "text" };
      afterBlock = true;
    }
    const run = block.kind === "code" ? undefined : fenceRun(line);
    const maybeDelimiter = before.includes("|") && looksLikeDelimiterRow(line);
    if (block.kind === "text" && start >= room / 2 && (!afterHeading || isHeading(line))) {
      breaks[afterBlock ? "paragraph" : breakKind(line, before)] = start;
    }

    const limit = room - closingChars(block.kind === "code" ? block.fence : run, maxChars);
    if (start + line.length > limit) {
      const visible = window.slice(0, limit + 1);
      if (block.kind !== "text" && block.start > 0) return { end: block.start };
      if (block.kind === "code") return cutCode(visible, start, block.fence);
      if (run !== undefined) return start > 0 ? { end: start } : cutFenceLine(visible, run, maxChars);
      if (block.kind === "table" && start > block.firstRow) return cutTable(start, block.header, maxChars);
      // A table may begin with the line before.
      if (maybeDelimiter && start > before.length) return { end: start - before.length };
      const end = breaks.paragraph || breaks.item || breaks.line;
      return end > 0 ? { end } : cutLine(visible, start);
    }

    afterBlock = false;
    if (line.trim() !== "") afterHeading = block.kind !== "code" && isHeading(line);
    if (block.kind === "code" && (closes(line, block.fence) || (start > 0 && leaves(line, block.fence)))) {
      afterBlock = closes(line, block.fence);
      block = { kind: "text" };
    } else if (run !== undefined && opensBlock(run, maxChars)) {
      block = { kind: "code", start, fence: run };
    } else if (block.kind === "text" && line.includes("|")) {
      const delimiterRow = firstLine(window.slice(start + line.length), window.length);
      const header = line + delimiterRow;
      if (isDelimiterRow(delimiterRow))
        block = { kind: "table", start, header, firstRow: start + header.length };
    }
    before = line;
  }
  return { end: rest.length, ...(block.kind === "code" && { fence: block.fence }) };
}

function blockOf({ fence, tableHeader }: Carry): Block {
  if (fence !== undefined) return { kind: "code", start: 0, fence };
  // The header was written already, so the first row stands at the very beginning, and is no place to cut.
  return tableHeader === undefined
    ? { kind: "text" }
    : { kind: "table", start: 0, header: tableHeader, firstRow: 0 };
}

function breakKind(line: string, before: string): BreakKind {
  if (before.trim() === "" || line.trim() === "" || isHeading(line)) return "paragraph";
  return isListItem(line) ? "item" : "line";
}

// ── Cuts inside a block ──────────────────────────────────────────────────────────────────────────────────────────────

function cutCode(visible: string, lineStart: number, fence: Fence): Cut {
  const betweenLines =
    lineStart >= visible.length / 2 || (lineStart > 0 && leaves(visible.slice(lineStart), fence));
  return betweenLines ? { end: lineStart, fence } : { ...cutLine(visible, lineStart), fence };
}

function cutFenceLine(visible: string, run: Fence, maxChars: number): Cut {
  const cut = cutLine(visible, 0);
  return opensBlock(run, maxChars) ? { ...cut, fence: run } : cut;
}

/** A header that would fill much of every part is not worth repeating. */
function cutTable(end: number, header: string, maxChars: number): Cut {
  return header.length <= maxChars / 4 ? { end, tableHeader: header } : { end };
}

/** Cuts a line that is too long: after a sentence, else after a word, else between two characters as people see them. */
function cutLine(visible: string, lineStart: number): Cut {
  const limit = visible.length - 1;
  const sentence = lastIndexWhere(visible, limit, Math.max(lineStart + 1, limit / 2), endsSentence);
  const word = sentence ?? lastIndexWhere(visible, limit, Math.max(lineStart + 1, limit / 4), endsWord);
  return { end: word ?? graphemeBoundary(visible), inLine: true };
}

/** The last place before the text's last character that is worth cutting at. */
function lastIndexWhere(
  text: string,
  from: number,
  downTo: number,
  test: (text: string, at: number) => boolean,
): number | undefined {
  for (let at = from; at >= downTo; at--) if (test(text, at)) return at;
  return undefined;
}

function endsWord(text: string, at: number): boolean {
  const last = text[at - 1] ?? "";
  return (/\s/.test(last) || "，、；：。！？".includes(last)) && !/[\s\p{M}\u200d]/u.test(text[at] ?? "");
}

function endsSentence(text: string, at: number): boolean {
  return (
    endsWord(text, at) && /(?:[.!?…]["'”’)\]*_]*\s+|[。！？])$/.test(text.slice(Math.max(0, at - 8), at))
  );
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The last boundary before the text's last character; of a character that fills most of it, only code points are kept whole. */
function graphemeBoundary(visible: string): number {
  const limit = visible.length - 1;
  const isHigh = (at: number) => /[\uD800-\uDBFF]/.test(visible[at] ?? "");
  // Half of a surrogate pair says nothing about what it will belong to.
  const known = isHigh(limit) ? visible.slice(0, limit) : visible;
  const boundary = graphemes.segment(known).containing(known.length - 1)?.index ?? 0;
  if (boundary >= limit / 4) return boundary;
  return isHigh(limit - 1) ? limit - 1 : limit;
}

function closing(fence: Fence, body: string): string {
  return `${body.endsWith("\n") ? "" : "\n"}${fence.container}${fence.marker}`;
}

/** Room for the fence that closes. A run that is still being written only ever needs more, whatever it turns out to be. */
function closingChars(fence: Fence | undefined, maxChars: number): number {
  return fence === undefined
    ? 0
    : 1 + Math.min(fence.container.length + fence.marker.length, Math.floor(maxChars / 8));
}
