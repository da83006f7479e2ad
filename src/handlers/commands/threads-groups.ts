import { chainsOf } from "../../core/threads/duplicates.ts";
import type { ThreadEntry } from "../../core/threads/thread.ts";
import { quoteText } from "../../core/quote-text.ts";
import { refuse } from "./refuse.ts";
import type { ThreadCommandDeps, ThreadCommands } from "./threads.ts";

const shownMembers = 3;
const shownChains = 10;
const maxPairs = 2_000;

/** What threads are about, and which ask the same: of those that whoever asks may see. */
export function createThreadsGroups(
  deps: ThreadCommandDeps,
): Pick<ThreadCommands, "threads clusters" | "threads duplicates" | "threads map"> {
  const { platformOf, readVisible, mapThreads, analysis, charts, calibrationOf } = deps;
  const { words } = deps.ambient;
  const said = words.threads;

  return {
    async "threads clusters"({ count }, { place, by, signal }) {
      const map = await mapThreads(place, by.id, count, signal);
      if ("least" in map) return refuse(said.clusters.tooFew(map.found, map.least));
      const sections = map.groups.map(({ terms, threads }, i) =>
        [
          said.clusters.group(i + 1, terms.map(quoteText), threads.length),
          ...threads.slice(0, shownMembers).map(({ entry }) => `- ${name(entry)}`),
        ].join("\n"),
      );
      const title = said.clusters.title(map.count, map.groups.length, map.silhouette, map.inertia);
      return { text: [title, ...sections, map.hasMore && said.more].filter(Boolean).join("\n\n") };
    },

    async "threads map"({ count, theme = "light" }, { place, by, signal }) {
      const map = await mapThreads(place, by.id, count, signal);
      if ("least" in map) return refuse(said.clusters.tooFew(map.found, map.least));
      const title = said.map.title(map.count, map.groups.length);
      const subtitle = said.map.subtitle(...map.explained);
      const groups = map.groups.map(({ terms, threads }, i) => ({
        label: said.map.group(i + 1, terms, threads.length),
        points: threads.map(({ at }) => at),
      }));
      const bytes = await charts.drawMap({ kind: "map", theme, title, subtitle, groups }, signal);
      const altText = said.map.alt(
        title,
        subtitle,
        groups.map(({ label }) => label),
      );
      const picture = { name: "threads.png", mediaType: "image/png", bytes, altText };
      return {
        text: [`**${title}**`, subtitle, map.hasMore && said.more].filter(Boolean).join("\n\n"),
        files: [picture],
      };
    },

    async "threads duplicates"(_given, { place, by, signal }) {
      const { entries, vectors, model, hasMore } = await readVisible(place, by.id, signal);
      const { same } = calibrationOf(model);
      const pairs = await analysis.pairs(vectors, same, maxPairs, signal);
      const chains = chainsOf(pairs);
      if (chains.length === 0) return { text: said.duplicates.none(entries.length) };
      const sections = chains.slice(0, shownChains).map((rows, i) => {
        const nearest = pairs.find(({ first }) => rows.includes(first))?.similarity ?? same;
        const listed = rows.flatMap((row) => entries[row] ?? []).map((entry) => `- ${name(entry)}`);
        return [said.duplicates.chain(i + 1, rows.length, nearest), ...listed].join("\n");
      });
      const title = said.duplicates.title(chains.length, same);
      return { text: [title, ...sections, hasMore && said.more].filter(Boolean).join("\n\n") };
    },
  };

  function name({ title, place, first }: ThreadEntry): string {
    const link = platformOf(place).linkTo(place, first);
    return said.similar.line(quoteText(title || said.untitled), link && `[${said.similar.open}](${link})`);
  }
}
