import type { Tokens } from "marked";

import { codeBlock } from "./escape.ts";
import { around, inline, plainInline } from "./render-inline.ts";

/** Slack shows tables of a message's Markdown as it shows table blocks (docs.slack.dev/reference/block-kit/blocks/table-block). */
const maxRows = 100;
const maxCells = 20;
/** Wider than this, lines of a code block break on a laptop with the side bars open. */
const maxColumns = 72;

/** A table that Slack draws itself; `undefined` where it is too large for that. */
export function drawnTable({ header, rows, align }: Tokens.Table): string | undefined {
  if (rows.length + 1 > maxRows || header.length > maxCells) return undefined;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const shown = (cells: readonly Tokens.TableCell[]) =>
    line(cells.map(({ tokens }) => inline(tokens, false).replaceAll("\n", " ").replaceAll("|", "\\|")));
  const rules = { left: ":--", center: ":-:", right: "--:" } as const;
  return [shown(header), line(align.map((side) => (side ? rules[side] : "---"))), ...rows.map(shown)].join(
    "\n",
  );
}

/** A table as code with aligned columns, or where that would be too wide, as a list with an entry for each row. */
export function writtenTable({ header, rows, align }: Tokens.Table): string {
  const plain = (cells: readonly Tokens.TableCell[]) => cells.map((cell) => plainInline(cell.tokens));
  const lines = [plain(header), ...rows.map(plain)];
  const widths = header.map((_cell, index) =>
    Math.max(1, ...lines.map((row) => columnsOf(row[index] ?? ""))),
  );
  const total = widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
  if (total > maxColumns) return listOf(header, rows);
  const [head = "", ...body] = lines.map((row) =>
    widths
      .map((width, index) => pad(row[index] ?? "", width, align[index] ?? "left"))
      .join(gap)
      .trimEnd(),
  );
  const rule = widths.map((width) => "─".repeat(width)).join(gap);
  return codeBlock([head, rule, ...body].join("\n"));
}

const gap = "  ";

function listOf(header: readonly Tokens.TableCell[], rows: readonly (readonly Tokens.TableCell[])[]): string {
  const names = header.map((cell) => inline(cell.tokens, false));
  return rows
    .map((row) => {
      const [head, ...cells] = row;
      const title = head ? around("**", inline(head.tokens, false, { isStrong: true })) : "";
      const lines = cells.flatMap((cell, index) => {
        const [name, text] = [names[index + 1] ?? "", inline(cell.tokens, false)];
        return text === "" ? [] : [`  - ${name === "" ? "" : `${name}: `}${text}`];
      });
      return [`- ${title || "…"}`, ...lines].join("\n");
    })
    .join("\n");
}

function pad(cell: string, width: number, align: "center" | "left" | "right"): string {
  const free = width - columnsOf(cell);
  const before = align === "right" ? free : align === "center" ? Math.floor(free / 2) : 0;
  return " ".repeat(before) + cell + " ".repeat(free - before);
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const ascii = /^[\x20-\x7e]*$/;
/** East Asian characters and emoji take two columns in a monospaced font (Unicode Standard Annex 11, W and F). */
const wide =
  /^(?:[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{1faff}]|[\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f)/u;

function columnsOf(text: string): number {
  if (ascii.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (wide.test(segment)) columns += 2;
    else if (!/^[\p{M}\p{Cf}\p{Cc}]+$/u.test(segment)) columns += 1;
  }
  return columns;
}
