import type { CommandTable } from "../../core/command/shape.ts";
import type { PlatformEvent } from "../../core/event.ts";
import type { NamesInText } from "./read-text.ts";
import type { Missing, SpotContext } from "./spot.ts";

/** What a packet doesn't say itself. */
export interface ParseContext extends NamesInText, SpotContext {
  /** The commands that are offered. */
  readonly table: CommandTable;
  /** Whether Parley itself took this message away. */
  wasRemoved(message: string): boolean;
  readonly now: number;
}

/** What a packet comes to. */
export type Parsed =
  | { readonly kind: "events"; readonly events: readonly PlatformEvent[] }
  | { readonly kind: "missing"; readonly need: Missing };

export function events(...list: readonly PlatformEvent[]): Parsed {
  return { kind: "events", events: list };
}

export function ignored(reason: string): Parsed {
  return events({ kind: "ignored", reason });
}
