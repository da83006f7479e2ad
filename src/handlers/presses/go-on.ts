import { identityOf } from "../../core/event.ts";
import type { MessageCreated } from "../../core/event.ts";
import { personKey } from "../../core/ids.ts";
import type { MessageId } from "../../core/ids.ts";
import { findNewestAnswer } from "./find-answer.ts";
import type { PressDeps } from "./find-answer.ts";
import { telling } from "./press.ts";
import type { Press } from "./press.ts";

/** Goes on with an answer that reached its greatest length: as if whoever presses had asked for it in words. */
export function createGoOn(deps: PressDeps): Press {
  const { storage } = deps;
  const { words } = deps.ambient;
  return async (press, signal) => {
    const found = await findNewestAnswer(press, deps, signal);
    if ("refused" in found) return found.refused;
    const { conversation, place, channelKind, messages, writtenAt } = found.answer;
    const last = messages.at(-1);
    if (last === undefined) return telling(words.actions.unknownAnswer);
    const asked: MessageCreated = {
      kind: "message",
      deliveryIds: [],
      conversation,
      place: { ...place, ...(place.replyTo !== undefined && { replyTo: last }) },
      // One an answer as it was written, whoever presses and however often.
      message: `${last}/go-on/${writtenAt}` as MessageId,
      sentAt: press.sentAt,
      author: press.by,
      text: words.actions.goOn,
      attachments: [],
      channelKind,
      addressed: "none",
    };
    const id = identityOf(asked);
    if (await storage.queue.seen(id)) return telling(words.actions.goesOn);
    const person = personKey(place.platform, place.workspace, press.by.id);
    return {
      operations: [{ op: "queue.enqueue", key: conversation, ids: [id], payload: asked, people: [person] }],
    };
  };
}
