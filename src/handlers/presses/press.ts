import type { ActionName } from "../../core/action.ts";
import type { ButtonPressed } from "../../core/event.ts";
import type { Operation } from "../../core/storage.ts";

/** What a press comes to. */
export interface PressOutcome {
  /** Kept in one step with the outcome itself: done once, however often the press is taken up again. */
  readonly operations: readonly Operation[];
  /** Told to whoever pressed, and nobody else. */
  readonly told?: string;
}

/** Does what one button says; who presses, and what it says, is checked here. It may be run again after a crash. @throws AppError */
export type Press = (press: ButtonPressed, signal: AbortSignal) => Promise<PressOutcome>;

/** By the name of their actions. Stop is not one of them: it doesn't queue behind anything. */
export type Presses = Readonly<Record<Exclude<ActionName, "stop">, Press>>;

export function telling(told: string): PressOutcome {
  return { operations: [], told };
}
