import type { Place } from "../../core/event.ts";
import type { MessageId } from "../../core/ids.ts";
import type { HistoryMessage, Platform } from "../../core/platform.ts";
import { withoutMention } from "./mention.ts";
import type { MessageStore, PlaygroundMessage } from "./messages.ts";
import { authorOf } from "./parse.ts";
import { throwIfAborted } from "./refusals.ts";
import { spotOf } from "./view.ts";
import { parleyId } from "./workspace.ts";

/** What people and bots wrote in a place. */
export function createHistory(deps: {
  readonly store: Pick<MessageStore, "list">;
  readonly findAt: (place: Place, id: MessageId) => Promise<PlaygroundMessage | undefined>;
}): Pick<Platform, "history" | "message"> {
  const { store, findAt } = deps;
  return {
    async history(place, limit, signal) {
      throwIfAborted(signal);
      const replies = await store.list(spotOf(place), limit);
      const root =
        place.thread === undefined || replies.length >= limit
          ? undefined
          : await findAt(place, place.thread as string as MessageId);
      return [...replies, ...(root ? [root] : [])]
        .filter((message) => message.deletedAt === undefined)
        .map(recount);
    },

    async message(place, id, signal) {
      throwIfAborted(signal);
      const message = await findAt(place, id);
      return message && recount(message);
    },
  };
}

function recount({ id, author, sentAt, text, editedAt }: PlaygroundMessage): HistoryMessage {
  const isOwn = author === parleyId;
  return {
    message: id,
    author: { ...authorOf(author), ...(isOwn && { isBot: true }) },
    sentAt,
    text: isOwn ? text : withoutMention(text),
    ...(editedAt !== undefined && { editedAt }),
    attachments: [],
    isOwn,
  };
}
