import { calibrationOf } from "../../core/threads/calibration.ts";
import { chainsOf } from "../../core/threads/duplicates.ts";
import { labelGroups } from "../../core/threads/labels.ts";
import type { ThreadGroups } from "../../core/threads/analysis.ts";
import type { ThreadEntry } from "../../core/threads/thread.ts";
import { quoteText } from "../../core/quote-text.ts";
import { refuse } from "./refuse.ts";
import type { ThreadCommandDeps, ThreadCommands } from "./threads.ts";

const shownTerms = 3;
const shownMembers = 3;
const shownChains = 10;
const leastThreads = 4;
const maxPairs = 2_000;

/** What threads are about, and which ask the same: of those that whoever asks may see. */
export function createThreadsGroups(
  deps: ThreadCommandDeps,
): Pick<ThreadCommands, "threads clusters" | "threads duplicates" | "threads map"> {
  const { platformOf, readVisible, analysis, charts } = deps;
  const { words } = deps.ambient;
  const said = words.threads;

  return {
    async "threads clusters"({ count }, { place, by, signal }) {
      const { entries, vectors, hasMore } = await readVisible(place, by.id, signal);
      if (entries.length < leastThreads) return refuse(said.clusters.tooFew(entries.length, leastThreads));
      const { groups, silhouette, inertia } = await analysis.group(vectors, count, signal);
      const { members, labels } = nameGroups(groups, entries);
      const sections = members.map((group, i) =>
        [
          said.clusters.group(i + 1, (labels[i] ?? []).map(quoteText), group.length),
          ...group.slice(0, shownMembers).map((entry) => `- ${name(entry)}`),
        ].join("\n"),
      );
      const title = said.clusters.title(entries.length, members.length, silhouette, inertia);
      return { text: [title, ...sections, hasMore && said.more].filter(Boolean).join("\n\n") };
    },

    async "threads map"({ count, theme = "light" }, { place, by, signal }) {
      const { entries, vectors, hasMore } = await readVisible(place, by.id, signal);
      if (entries.length < leastThreads) return refuse(said.clusters.tooFew(entries.length, leastThreads));
      const { groups, points, explained } = await analysis.group(vectors, count, signal);
      const { labels } = nameGroups(groups, entries);
      const title = said.map.title(entries.length, groups.length);
      const subtitle = said.map.subtitle(...explained);
      const names = groups.map((rows, i) => said.map.group(i + 1, labels[i] ?? [], rows.length));
      const chart = {
        kind: "map" as const,
        theme,
        title,
        subtitle,
        groups: groups.map((rows, i) => ({
          label: names[i] ?? "",
          points: rows.flatMap((row) => (points[row] ? [points[row]] : [])),
        })),
      };
      const bytes = await charts.drawMap(chart, signal);
      const altText = said.map.alt(title, subtitle, names);
      const picture = { name: "threads.png", mediaType: "image/png", bytes, altText };
      return {
        text: [`**${title}**`, subtitle, hasMore && said.more].filter(Boolean).join("\n\n"),
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

  function nameGroups(groups: ThreadGroups["groups"], entries: readonly ThreadEntry[]) {
    const members = groups.map((rows) => rows.flatMap((row) => entries[row] ?? []));
    const titles = members.map((group) => group.map(({ title }) => title));
    return { members, labels: labelGroups(titles, shownTerms) };
  }

  function name({ title, place, first }: ThreadEntry): string {
    const link = platformOf(place).linkTo(place, first);
    return said.similar.line(quoteText(title || said.untitled), link && `[${said.similar.open}](${link})`);
  }
}
