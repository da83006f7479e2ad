import type { ChannelMode } from "./channel-mode.ts";
import type { Place } from "./event.ts";
import type { PersonKey } from "./ids.ts";
import type { ChatParameters } from "./ports.ts";

export type WorkspacePlace = Pick<Place, "platform" | "workspace">;
export type ChannelPlace = WorkspacePlace & Pick<Place, "channel">;

/** What was set for a channel in chat; it goes before the config and before the persona's own. */
export interface ChannelSettings {
  readonly mode?: ChannelMode;
  readonly model?: string;
  readonly parameters: Partial<ChatParameters>;
}

/** Who changed something in chat, and when. */
export interface Change {
  readonly by: PersonKey;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What asked for it: the same when it is done again after a crash. */
  readonly cause: string;
}

export const nothingSet: ChannelSettings = { parameters: {} };
