import { codeBlock } from "./escape.ts";

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly align: readonly ("center" | "left" | "right" | null)[];
}

/** Wider than this, lines of a code block break on a laptop with the side bars open. */
const maxColumns = 72;

/** A table as a code block with aligned columns; `undefined` where it would be too wide. Cells are plain text. */
export function renderTable({ header, rows, align }: Table): string | undefined {
  const all = [header, ...rows];
  const widths = header.map((_cell, index) => Math.max(1, ...all.map((row) => columnsOf(row[index] ?? ""))));
  const total = widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
  if (total > maxColumns) return undefined;
  const line = (row: readonly string[]) =>
    widths
      .map((width, index) => pad(row[index] ?? "", width, align[index] ?? "left"))
      .join(gap)
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join(gap);
  return codeBlock([line(header), rule, ...rows.map(line)].join("\n"));
}

const gap = "  ";

function pad(cell: string, width: number, align: "center" | "left" | "right"): string {
  const free = width - columnsOf(cell);
  const before = align === "right" ? free : align === "center" ? Math.floor(free / 2) : 0;
  return " ".repeat(before) + cell + " ".repeat(free - before);
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const plain = /^[\x20-\x7e]*$/;
/** East Asian characters and emoji take two columns in a monospaced font (Unicode Standard Annex 11, W and F). */
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{1faff}]|[\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f)/u;

/** How many columns of a monospaced font a text takes. */
export function columnsOf(text: string): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (wide.test(segment)) columns += 2;
    else if (!/^[\p{M}\p{Cf}\p{Cc}]+$/u.test(segment)) columns += 1;
  }
  return columns;
}
