import { splitMarkdown } from "../../core/split.ts";
import type { CauseId } from "../../core/ids.ts";
import type { Platform } from "../../core/platform.ts";
import { messageId } from "./messages.ts";
import type { MessageStore, Spot } from "./messages.ts";
import type { Notices } from "./notices.ts";
import { renderBlocks } from "./render.ts";
import type { Shelf } from "./shelf.ts";
import { spotOf } from "./view.ts";
import type { Viewers } from "./viewers.ts";

/** Answers a command: privately by notices, and with Parley alone or for everyone by messages. */
export function createAnswerCommand(deps: {
  readonly post: Platform["post"];
  readonly store: Pick<MessageStore, "list">;
  readonly notices: Notices;
  readonly shelf: Shelf;
  readonly viewers: Viewers;
  readonly maxMessageChars: number;
}): Platform["answerCommand"] {
  const { post, store, notices, shelf, viewers, maxMessageChars } = deps;

  return async (command, { cause, text, buttons, files, privacy }, signal) => {
    const { place, by, message, about, channelKind } = command;
    const isOpen = privacy === "public" || channelKind === "direct";
    // Nobody sees a notice in a thread that has not begun.
    const isRoot = (id: string | undefined) =>
      id !== undefined && (place.thread as string | undefined) === id;
    const begins = isRoot(message) || (isRoot(about) && (await store.list(spotOf(place), 1)).length === 0);
    const spot: Spot = begins ? { channel: place.channel } : spotOf(place);
    const parts = splitMarkdown(text, maxMessageChars);
    for (const [index, part] of parts.entries()) {
      const partCause = `${cause}/${index}` as CauseId;
      if (isOpen) {
        await post(
          place,
          partCause,
          { text: part, ...(index === parts.length - 1 && files && { files }) },
          signal,
        );
        continue;
      }
      const isLast = index === parts.length - 1;
      const below = {
        ...(isLast && buttons && { buttons }),
        ...(isLast && files && { files: shelf.put(files, { person: by.id }) }),
      };
      const content = { blocks: renderBlocks(part), ...below };
      const notice = notices.add(by.id, spot, content, messageId("notice", partCause));
      viewers.tell({ kind: "notice", channel: place.channel, notice }, by.id);
    }
  };
}
