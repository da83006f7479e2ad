import type { Place } from "../../core/event.ts";
import type { Platform } from "../../core/platform.ts";
import type { Viewer } from "../../core/viewer.ts";
import type { Words } from "../../core/words/en.ts";
import type { MapThreads, MappedThread } from "../threads/map-threads.ts";

/** @throws AppError `platform_*`, `storage_*`, `aborted` */
export type ShowThreads = (
  viewer: Viewer,
  query: { readonly groups?: string | undefined },
  signal: AbortSignal,
) => Promise<object | undefined>;

const leastGroups = 2;
const mostGroups = 20;
const nearestShown = 3;

/**
 * What the page of threads shows: those that the viewer may read now, on a map. Nothing for an operator, who is no person of
 * a platform and could be shown nothing by its rights.
 */
export function createShowThreads(deps: {
  readonly mapThreads: MapThreads;
  readonly platformOf: (place: Place) => Pick<Platform, "channel" | "linkTo">;
  readonly words: Words;
}): ShowThreads {
  const { mapThreads, platformOf, words } = deps;
  const said = words.threads;

  return async (viewer, { groups: asked = "" }, signal) => {
    if (viewer.kind === "operator") return undefined;
    const { person, place } = viewer;
    const k = Number(asked);
    const wanted = Number.isInteger(k) && k >= leastGroups && k <= mostGroups ? k : undefined;
    const map = await mapThreads(place, person, wanted, signal);
    if ("least" in map) return { few: said.clusters.tooFew(map.found, map.least) };
    const entries = map.groups.flatMap(({ threads }) => threads.map(({ entry }) => entry));
    const channels = new Map(entries.map((entry) => [entry.place.channel, entry.place]));
    const names = new Map(
      await Promise.all(
        [...channels].map(async ([id, at]) => {
          const facts = await platformOf(at)
            .channel(at.workspace, id, signal)
            .catch(() => undefined);
          return [id, facts?.name ?? said.similar.hiddenChannel] as const;
        }),
      ),
    );
    const show = ({ entry: { place: at, first, title, lastAt }, at: [x, y] }: MappedThread) => ({
      x,
      y,
      title: title || said.untitled,
      channel: names.get(at.channel) ?? "",
      day: new Date(lastAt).toISOString().slice(0, "2026-01-01".length),
      link: platformOf(at).linkTo(at, first),
    });
    return {
      title: said.map.title(map.count, map.groups.length),
      subtitle: said.map.subtitle(...map.explained),
      ...(map.hasMore && { more: said.more }),
      chosen: wanted ?? 0,
      counts: Array.from({ length: mostGroups - leastGroups + 1 }, (_, i) => i + leastGroups),
      silhouette: map.silhouette,
      groups: map.groups.map(({ terms, threads }, i) => ({
        label: said.map.group(i + 1, terms, threads.length),
        nearest: nearestShown,
        threads: threads.map(show),
      })),
    };
  };
}
