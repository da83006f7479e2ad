import type { MessageId } from "../../core/ids.ts";
import type { Platform } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import type { Page } from "./find.ts";
import { attachmentsOf } from "./parse.ts";
import { authorOf, isOwn, isWritten } from "./parse.ts";
import { toMs } from "./spot.ts";
import type { ParseContext } from "./spot.ts";
import { readText } from "./read-text.ts";
import { readMessages } from "./schema.ts";
import type { MessagePayload } from "./schema.ts";

const pageSize = 200;

/** What people and bots wrote in a place, newest first. @throws AppError `platform_*` */
export function createHistory(api: Api, context: () => ParseContext): Platform["history"] {
  return async ({ channel, thread }, limit, signal) => {
    const found: MessagePayload[] = [];
    let cursor = "";
    for (;;) {
      const args = {
        channel,
        limit: pageSize,
        ...(thread !== undefined && { ts: thread }),
        ...(cursor !== "" && { cursor }),
      };
      const method = thread === undefined ? "conversations.history" : "conversations.replies";
      const answer = (await api.call(method, args, { repeatable: true, signal })) as Page;
      found.push(...readMessages(answer.messages));
      cursor = answer.response_metadata?.next_cursor ?? "";
      // A channel comes newest first; a thread oldest first, so that its newest are known at the end only.
      const hasEnough = thread === undefined && found.length >= limit;
      if (cursor === "" || hasEnough) break;
    }
    const names = context();
    return found
      .toSorted((a, b) => Number(b.ts) - Number(a.ts))
      .filter(isWritten)
      .flatMap((message) => {
        const author = authorOf(message, names);
        if (!author) return [];
        const text = readText(message.text ?? "", names);
        return [
          {
            message: message.ts as MessageId,
            author,
            sentAt: toMs(message.ts),
            text,
            ...(message.edited && { editedAt: toMs(message.edited.ts) }),
            attachments: attachmentsOf(message),
            isOwn: isOwn(message, names),
          },
        ];
      })
      .slice(0, limit);
  };
}
