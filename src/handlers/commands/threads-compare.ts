import { quoteText } from "../../core/quote-text.ts";
import { compareRows, isOf } from "../../core/threads/compare.ts";
import { closenessOf } from "../../core/threads/similar.ts";
import type { ThreadEntry } from "../../core/threads/thread.ts";
import { refuse } from "./refuse.ts";
import type { ThreadCommandDeps, ThreadCommands } from "./threads.ts";

const least = 2;
const most = 10;
const shownPairs = 5;

/** `threads compare`: how near chosen threads are, of those that whoever asks may see. */
export function createThreadsCompare(deps: ThreadCommandDeps): ThreadCommands["threads compare"] {
  const { platformOf, readVisible, calibrationOf } = deps;
  const { words } = deps.ambient;
  const said = words.threads.compare;

  return async ({ links: text }, { place, by, signal }) => {
    const links = [...new Set(text.match(/https?:\/\/[^\s<>|,;]+/g))];
    if (links.length < least || links.length > most) return refuse(said.count(least, most));
    const { readLink } = platformOf(place);
    const { entries, vectors, model } = await readVisible(place, by.id, signal);
    const rows = links.map((link) => {
      const spot = readLink(link);
      return spot === undefined ? -1 : entries.findIndex((entry) => isOf(entry, spot));
    });
    const unknown = links.filter((_link, i) => rows[i] === -1);
    // What isn't there, and what may not be seen, sound the same.
    if (unknown.length > 0) return refuse(said.unknown(unknown.map(quoteText)));
    const chosen = [...new Set(rows)];
    if (chosen.length < least) return refuse(said.same);
    const { matrix, pairs, average } = compareRows(vectors, chosen);
    const calibration = calibrationOf(model);
    const listed = chosen.flatMap((row) => entries[row] ?? []).map((entry, i) => `${i + 1}. ${name(entry)}`);
    const nearest = pairs.slice(0, shownPairs).map(({ first, second, similarity }) => {
      const near = similarity < calibration.related ? undefined : closenessOf(similarity, calibration);
      return `- ${said.pair(first + 1, second + 1, similarity, near)}`;
    });
    return {
      text: [
        said.title(chosen.length, average),
        listed.join("\n"),
        ["```", ...drawMatrix(matrix), "```"].join("\n"),
        [said.nearest, ...nearest].join("\n"),
      ].join("\n\n"),
    };
  };

  function name({ title, place, first }: ThreadEntry): string {
    const link = platformOf(place).linkTo(place, first);
    const { similar, untitled } = words.threads;
    return similar.line(quoteText(title || untitled), link && `[${similar.open}](${link})`);
  }
}

const cell = 6;

function drawMatrix(matrix: readonly (readonly number[])[]): readonly string[] {
  const head = matrix.map((_row, i) => String(i + 1).padStart(cell)).join("");
  const rows = matrix.map((row, i) => {
    const cells = row.map((value, column) => (column === i ? "–" : value.toFixed(2)).padStart(cell));
    return `${String(i + 1).padStart(2)}${cells.join("")}`;
  });
  return [`  ${head}`, ...rows];
}
