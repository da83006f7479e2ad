import { closes, fenceRun, leaves, looksLikeDelimiterRow, opensBlock } from "../../core/markdown-lines.ts";
import type { Fence } from "../../core/markdown-lines.ts";

export interface Settled {
  readonly text: string;
  /** It ends inside of a block of code. */
  readonly inCode: boolean;
}

/**
 * The part of a growing text that reads the same whatever follows: without marks that wait for their other half, without
 * a table that may get more rows, without a word that may become a mark.
 */
export function settledPart(markdown: string): Settled {
  const { fence, blockStart } = lastBlock(markdown);
  if (fence) return { text: settledCode(markdown), inCode: true };
  const block = markdown.slice(blockStart);
  return { text: markdown.slice(0, blockStart) + settledBlock(block), inCode: false };
}

/** Code is shown letter by letter, but for what may become its end or an id. */
function settledCode(markdown: string): string {
  const lineStart = markdown.lastIndexOf("\n") + 1;
  const line = markdown.slice(lineStart);
  const kept = /^[\s>]*(?:[`~]|$)/.test(line) ? 0 : line.search(/[<`]/);
  return kept < 0 ? markdown : markdown.slice(0, lineStart + kept);
}

/** Where the block begins that is still open, or the fence that it is behind. */
function lastBlock(markdown: string): { readonly fence: Fence | undefined; readonly blockStart: number } {
  let fence: Fence | undefined;
  let blockStart = 0;
  let at = 0;
  for (const line of markdown.split("\n")) {
    const next = at + line.length + 1;
    if (fence && leaves(line, fence)) fence = undefined;
    if (fence) {
      if (closes(line, fence) && next <= markdown.length) {
        fence = undefined;
        blockStart = next;
      }
    } else {
      const run = fenceRun(line);
      if (run && opensBlock(run, maxFenceChars)) fence = run;
      else if (line.trim() === "" && next <= markdown.length) blockStart = next;
    }
    at = next;
  }
  return { fence, blockStart };
}

/** A fence that takes more than an eighth of this is none (core/markdown-lines.ts). */
const maxFenceChars = 12_000;

/** What may make more of a word than its letters. */
const special = /[^\p{L}\p{N},.;?'"()%$€/-]/u;
const addressStart =
  /^["'(]*(?:h|ht|htt|https?(?::.*)?|w|ww|www(?:\..*)?|m|ma|mai|mail|mailt|mailto(?::.*)?)$/i;

function settledBlock(given: string): string {
  const block = beforeTable(given);
  const lastLine = block.slice(block.lastIndexOf("\n") + 1);
  const isMarkOnly = /^\s*(?:[-*+>#=~`_]+|\d+[.)]?|\[.*|<.*)?\s*$/.test(lastLine);
  const whole = isMarkOnly ? block.slice(0, block.length - lastLine.length) : block;
  const wordStart = whole.length - (/\S+$/.exec(whole)?.[0].length ?? 0);
  const word = whole.slice(wordStart);
  const kept = addressStart.test(word) ? 0 : word.search(special);
  const settled = kept < 0 ? whole : whole.slice(0, wordStart + kept);
  return settled.slice(0, firstOpenMark(settled));
}

/** A table is shown when it is complete: Slack draws it as a whole. */
function beforeTable(block: string): string {
  const lines = block.split("\n");
  const row = lines.findIndex((line) => /^[\s>]*\|/.test(line));
  const rule = lines.findIndex((line) => line.includes("|") && looksLikeDelimiterRow(line));
  const first = Math.min(...[row, rule - 1].filter((at) => at >= 0));
  return Number.isFinite(first) ? lines.slice(0, first).join("\n") : block;
}

/** Where the first mark stands that has no other half yet. */
function firstOpenMark(text: string): number {
  const open: { readonly mark: string; readonly at: number }[] = [];
  const marks =
    /\\.|(?<code>`+)|(?<emphasis>\*{1,3}|_{1,3}|~{1,2})|(?<bracket>!?\[|\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\))?)|(?<angle>[<>])/gs;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const [whole] = found;
    const { code, emphasis, bracket, angle } = found.groups ?? {};
    if (code !== undefined) {
      const end = text.indexOf(code, marks.lastIndex);
      if (end < 0) return Math.min(found.index, open[0]?.at ?? Infinity);
      marks.lastIndex = end + code.length;
    } else if (emphasis !== undefined) {
      const opensAt = open.findIndex(({ mark }) => mark === emphasis);
      const canOpen = /\S/.test(text[marks.lastIndex] ?? "");
      if (opensAt >= 0) open.splice(opensAt);
      else if (canOpen && !isInWord(text, found.index, whole)) open.push({ mark: emphasis, at: found.index });
    } else if (bracket !== undefined) {
      if (!whole.startsWith("]")) open.push({ mark: "[", at: found.index });
      // Without an address it may still become a link.
      else if (whole !== "]" || !/^[[(:]?$/.test(text.slice(marks.lastIndex, marks.lastIndex + 2).trimEnd()))
        closeLast(open, "[");
    } else if (angle === "<") {
      if (/[A-Za-z/!?@#]/.test(text[marks.lastIndex] ?? "")) open.push({ mark: "<", at: found.index });
    } else if (angle === ">") closeLast(open, "<");
  }
  return open[0]?.at ?? text.length;
}

function closeLast(open: { readonly mark: string }[], mark: string): void {
  const at = open.findLastIndex((each) => each.mark === mark);
  if (at >= 0) open.splice(at);
}

/** `snake_case` marks nothing. */
function isInWord(text: string, at: number, mark: string): boolean {
  const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}]/u.test(char);
  return mark.startsWith("_") && isWord(text[at - 1]) && isWord(text[at + mark.length]);
}
