export type Cell = string | number | boolean | null;

/** One line of a file of comma-separated values, as in RFC 4180. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/** A spreadsheet takes what begins so for a formula and runs it (owasp.org/www-community/attacks/CSV_Injection). */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u;

function csvCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  return `"${(formula.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`;
}
