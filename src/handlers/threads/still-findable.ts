import type { ChannelPlace } from "../../core/channel-settings.ts";
import { joinKey } from "../../core/ids.ts";
import type { ThreadExclusions } from "../../core/stores.ts";
import type { ThreadEntry } from "../../core/threads/thread.ts";

/** Of these, those that nobody has hidden: the index follows later than it is asked. @throws AppError `storage_*` */
export type StillFindable = <Entry extends Pick<ThreadEntry, "place" | "people">>(
  entries: readonly Entry[],
) => Promise<readonly Entry[]>;

export function createStillFindable(exclusions: Pick<ThreadExclusions, "channel" | "people">): StillFindable {
  return async (entries) => {
    const places = new Map(entries.map(({ place }) => [keyOf(place), place]));
    const [excluded, ...hidden] = await Promise.all([
      exclusions.people([...new Set(entries.flatMap(({ people }) => people))]),
      ...[...places].map(async ([key, place]) => {
        const { value } = await exclusions.channel(place);
        return value === undefined ? [] : [key];
      }),
    ]);
    const hiddenPlaces = new Set(hidden.flat());
    return entries.filter(
      ({ place, people }) =>
        !hiddenPlaces.has(keyOf(place)) && !people.some((person) => excluded.has(person)),
    );
  };
}

function keyOf({ platform, workspace, channel }: ChannelPlace): string {
  return joinKey(platform, workspace, channel);
}
