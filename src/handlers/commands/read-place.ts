import { AppError } from "../../core/errors.ts";
import type { Place } from "../../core/event.ts";
import type { Platform } from "../../core/platform.ts";
import type { CommandContext } from "./command.ts";

/**
 * Reads something of a place for somebody who can read there now. Answers `refused` where that person can't, or Parley
 * itself. @throws AppError `platform_unreachable`, `aborted`
 */
export type ReadPlace = <Read>(
  context: Pick<CommandContext, "place" | "by" | "signal">,
  read: (platform: Platform) => Promise<Read>,
) => Promise<Read | "refused">;

export function createReadPlace({
  platformOf,
}: {
  readonly platformOf: (place: Place) => Platform;
}): ReadPlace {
  return async ({ place, by, signal }, read) => {
    const platform = platformOf(place);
    const { workspace, channel } = place;
    try {
      const mayRead = await platform.canRead(workspace, by.id, channel, signal);
      return mayRead ? await read(platform) : "refused";
    } catch (error) {
      if (error instanceof AppError && error.code === "platform_refused") return "refused";
      throw error;
    }
  };
}
