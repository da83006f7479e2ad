import type { Place } from "../event.ts";
import type { PersonId } from "../ids.ts";
import type { Calibration } from "./similar.ts";

/** Somebody was told privately where something like their question was answered. */
export interface Hint {
  readonly id: string;
  readonly place: Pick<Place, "platform" | "workspace" | "channel">;
  readonly person: PersonId;
  readonly similarity: number;
  readonly at: number;
}

/** How much nearer than usual a thread has to be in a workspace. */
const step = 0.02;
/** Beyond, hardly anything but the same words would be left. */
const maxRaise = 0.2;
const highest = 0.97;

/** From which similarity on a hint is given, after so many people said that one didn't help them. */
export function hintFrom({ same }: Calibration, unhelpful: number): number {
  return Math.min(same + Math.min(unhelpful * step, maxRaise), Math.max(highest, same));
}
