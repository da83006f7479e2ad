import type { ButtonPressed } from "../core/event.ts";
import type { Signals } from "../core/storage.ts";
import type { Stops } from "../core/stores.ts";
import { publishControl } from "./control.ts";

/** Stops the reply that is being written in a message; a restart doesn't go on with it either. */
export type HandleStopRequested = (event: ButtonPressed) => Promise<void>;

export function createHandleStopRequested(deps: {
  readonly signals: Signals;
  readonly stops: Stops;
}): HandleStopRequested {
  const { signals, stops } = deps;
  return async ({ conversation, message }) => {
    await stops.press(message);
    await publishControl(signals, conversation, { kind: "stop", message });
  };
}
