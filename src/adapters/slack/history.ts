import type { MessageId } from "../../core/ids.ts";
import type { HistoryMessage, Platform } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import type { Page } from "./find.ts";
import { attachmentsOf, authorOf, isOwn, isWritten, textOf } from "./parse.ts";
import { toMs } from "./spot.ts";
import type { ParseContext } from "./spot.ts";
import { readMessages } from "./schema.ts";
import type { MessagePayload } from "./schema.ts";

const pageSize = 200;
/** What a thread holds beyond is not read: Slack tells its oldest replies first. */
const maxPages = 50;

/** What people and bots wrote in a place. @throws AppError `platform_*` */
export function createHistory(api: Api, context: () => ParseContext): Pick<Platform, "history" | "message"> {
  function recount(message: MessagePayload): readonly HistoryMessage[] {
    const names = context();
    const author = isWritten(message) ? authorOf(message, names) : undefined;
    if (!author) return [];
    return [
      {
        message: message.ts as MessageId,
        author,
        sentAt: toMs(message.ts),
        text: textOf(message, names),
        ...(message.edited && { editedAt: editedMs(message.edited.ts) }),
        attachments: attachmentsOf(message),
        isOwn: isOwn(message, names),
      },
    ];
  }

  return {
    async history({ channel, thread }, limit, signal) {
      // A thread's first message comes on every page (docs.slack.dev/reference/methods/conversations.replies).
      const found = new Map<string, MessagePayload>();
      let cursor = "";
      for (let page = 0; page < maxPages; page++) {
        const args = {
          channel,
          limit: pageSize,
          ...(thread !== undefined && { ts: thread }),
          ...(cursor !== "" && { cursor }),
        };
        const answer = (await api.call(methodFor(thread), args, { repeatable: true, signal })) as Page;
        for (const message of readMessages(answer.messages)) found.set(message.ts, message);
        cursor = answer.response_metadata?.next_cursor ?? "";
        // A channel comes newest first; a thread oldest first, so that its newest are known at the end only.
        const hasEnough = thread === undefined && found.size >= limit;
        if (cursor === "" || hasEnough) break;
      }
      const newestFirst = [...found.values()].toSorted((a, b) => Number(b.ts) - Number(a.ts));
      return newestFirst.flatMap(recount).slice(0, limit);
    },

    async message({ channel, thread }, message, signal) {
      // What a thread hangs on stands in the channel, and its replies don't.
      const root = (thread as string | undefined) === message ? undefined : thread;
      const span = { oldest: message, latest: message, inclusive: true, limit: 1 };
      const args = { channel, ...span, ...(root !== undefined && { ts: root }) };
      const answer = (await api.call(methodFor(root), args, { repeatable: true, signal })) as Page;
      return readMessages(answer.messages)
        .filter(({ ts }) => ts === message)
        .flatMap(recount)[0];
    },
  };
}

function methodFor(thread: string | undefined): "conversations.history" | "conversations.replies" {
  return thread === undefined ? "conversations.history" : "conversations.replies";
}

/** Slack says the second alone, at whose end the message stood as it is told. */
function editedMs(ts: string): number {
  const ms = toMs(ts);
  return ms % 1_000 === 0 ? ms + 999 : ms;
}
