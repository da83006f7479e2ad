import { conversationOf } from "../../core/conversation.ts";
import type { Place } from "../../core/event.ts";
import type { MessageId, ThreadId } from "../../core/ids.ts";
import type { PlatformThread, ThreadList } from "../../core/platform-thread.ts";
import type { Api } from "./api.ts";
import type { Directory } from "./directory.ts";
import { refuse } from "./errors.ts";
import type { Page } from "./find.ts";
import { readMessages, Ts } from "./schema.ts";
import type { MessagePayload } from "./schema.ts";
import { surfaceOf, toMs } from "./spot.ts";

const pageSize = 200;

/**
 * The threads of a channel, by one request a page: what has replies among the channel's own messages. A page goes on after
 * a message's id, as Slack's own cursors are not made to be kept (docs.slack.dev/apis/web-api/pagination).
 */
export function createListThreads(deps: {
  readonly api: Api;
  readonly directory: Pick<Directory, "loadChannel">;
  readonly teamId: () => string;
}): ThreadList["threads"] {
  const { api, directory, teamId } = deps;

  return async function threads({ workspace, channel }, { after, limit }, signal) {
    const found = workspace === teamId() ? await directory.loadChannel(channel, signal) : undefined;
    if (!found) throw refuse("channel_not_found");
    if (found.is_im || found.is_mpim) throw refuse("method_not_supported_for_channel_type");
    if (after !== undefined && !Ts.safeParse(after).success) throw refuse("invalid_cursor");
    const args = { channel, limit: pageSize, ...(after !== undefined && { latest: after }) };
    const answer = (await api.call("conversations.history", args, { repeatable: true, signal })) as Page;
    const messages = readMessages(answer.messages);
    const roots = messages.filter(hasReplies);
    const told = roots.slice(0, limit);
    const isCut = told.length < roots.length;
    const hasMore = isCut || (answer.response_metadata?.next_cursor ?? "") !== "";
    const last = isCut ? told.at(-1) : messages.at(-1);
    return {
      threads: told.map((root) => threadOf(root, { platform: "slack", workspace, channel })),
      ...(hasMore && last && { next: last.ts }),
    };
  };
}

/** A reply that was also sent to the channel names another root. */
function hasReplies({ ts, thread_ts: thread, reply_count: replies = 0 }: MessagePayload): boolean {
  return replies > 0 && (thread === undefined || thread === ts);
}

function threadOf({ ts, latest_reply: latest }: MessagePayload, channel: Place): PlatformThread {
  const place = { ...channel, thread: ts as ThreadId };
  return {
    place,
    conversation: conversationOf(surfaceOf(place, "public")),
    root: ts as MessageId,
    ...(latest !== undefined && { lastAt: toMs(latest) }),
  };
}
