import { choosePart } from "../core/channel-mode.ts";
import type { Part } from "../core/channel-mode.ts";
import type { MessageCreated } from "../core/event.ts";
import type { Participation } from "../core/stores.ts";
import { authorOf } from "./pauses.ts";
import type { Pauses } from "./pauses.ts";
import type { ChatSettings } from "./chat-settings.ts";

/** Whether a message is answered, by how it speaks to Parley and by its channel's mode. @throws AppError `storage_*` */
export type MayAnswer = (
  event: Pick<MessageCreated, "place" | "author" | "addressed" | "conversation" | "sentAt">,
) => Promise<Part>;

export function createMayAnswer(deps: {
  readonly participation: Pick<Participation, "joinedAt">;
  readonly chatSettings: Pick<ChatSettings, "mode">;
  readonly pauses: Pick<Pauses, "until">;
}): MayAnswer {
  const { participation, chatSettings, pauses } = deps;
  return async ({ place, author, addressed, conversation, sentAt }) => {
    if (addressed !== "none" && (await pauses.until(authorOf({ place, author }))) !== undefined)
      return { kind: "stayOut", reason: "written by somebody who is paused" };
    if (addressed === "direct") return choosePart("mention", addressed, false);
    const mode = await chatSettings.mode(place);
    // Only there does it matter, and it is asked of the store.
    const matters = mode === "mention" && addressed === "thread";
    const joinedAt = matters ? await participation.joinedAt(conversation) : undefined;
    // What was said before Parley was called there may be read once more.
    return choosePart(mode, addressed, joinedAt !== undefined && sentAt >= joinedAt);
  };
}
