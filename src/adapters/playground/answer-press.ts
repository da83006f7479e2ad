import type { Platform } from "../../core/platform.ts";
import type { Notices } from "./notices.ts";
import { renderBlocks } from "./render.ts";
import { spotOf } from "./view.ts";
import type { Viewers } from "./viewers.ts";

/** Answers a press by a notice, or in place of the notice that was pressed. */
export function createAnswerPress(deps: {
  readonly notices: Notices;
  readonly viewers: Viewers;
}): Platform["answerPress"] {
  const { notices, viewers } = deps;
  return async ({ place, by, message, answerTo }, text, signal) => {
    signal.throwIfAborted();
    const pressed = answerTo === undefined ? undefined : notices.find(by.id, answerTo);
    // Nobody sees a notice in a thread that has not begun.
    const begins = (place.thread as string | undefined) === message;
    const spot = pressed ?? (begins ? { channel: place.channel } : place);
    const notice = notices.add(by.id, spotOf(spot), { blocks: renderBlocks(text) }, pressed?.id);
    viewers.tell({ kind: "notice", channel: place.channel, notice }, by.id);
  };
}
