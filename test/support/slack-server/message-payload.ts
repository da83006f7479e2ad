import { filePayload } from "./file-payload.ts";
import { richTextOf } from "./rich-text.ts";
import type { Service } from "./service.ts";
import { repliesTo } from "./workspace.ts";
import type { Json, StoredMessage } from "./workspace.ts";

/** What Slack shows where blocks came without a text. */
const noTextShown = "This content can't be displayed.";

/**
 * A message as `conversations.history` and events have it, without `channel` (reference/events/message; the types in
 * `@slack/types` events/message). `metadata` only where it was asked for.
 */
export function messagePayload(service: Service, message: StoredMessage, withMetadata = false): Json {
  const { workspace } = service;
  const { ts, subtype, user, botId, appId, threadTs, files, stream } = message;
  const author = workspace.users.get(user);
  const replies = repliesTo(workspace, message);
  return {
    ...(subtype === "bot_message" ? {} : { user }),
    type: "message",
    ts,
    ...(subtype !== undefined && { subtype }),
    ...message.extra,
    ...(message.clientMsgId !== undefined && { client_msg_id: message.clientMsgId }),
    ...(botId !== undefined && { bot_id: botId }),
    ...(appId !== undefined && { app_id: appId }),
    ...(message.username !== undefined && { username: message.username }),
    text: message.text === "" && message.blocks?.length ? noTextShown : message.text,
    ...(author && { team: author.teamId }),
    ...(botId !== undefined &&
      subtype !== "bot_message" && {
        bot_profile: {
          id: botId,
          app_id: appId,
          name: author?.name,
          team_id: workspace.teamId,
          deleted: false,
        },
      }),
    ...blocksOf(message),
    ...(message.attachments !== undefined && { attachments: message.attachments }),
    ...(files.length > 0 && { files: files.map((file) => filePayload(service, file)), upload: false }),
    ...(message.edited !== undefined && { edited: message.edited }),
    ...(stream !== undefined && { streaming_state: stream.state }),
    ...(threadTs !== undefined && {
      thread_ts: threadTs,
      parent_user_id: workspace.messageByTs.get(`${message.channel.id} ${threadTs}`)?.user,
    }),
    ...(replies.length > 0 && threadFields(message, replies)),
    ...(message.reactions.size > 0 && {
      reactions: [...message.reactions].map(([name, users]) => ({
        name,
        users: [...users],
        count: users.size,
      })),
    }),
    ...(withMetadata && message.metadata !== undefined && { metadata: message.metadata }),
  };
}

/** Those that the app sent; of a text alone, and of what was streamed, Slack makes one. */
function blocksOf({ text, blocks, stream, subtype, ts }: StoredMessage): Json {
  const own = text === "" ? [] : [richTextOf(text, blockId(ts))];
  if (stream && !stream.replaced) return { blocks: [...own, ...(blocks ?? [])] };
  if (blocks) return { blocks };
  return isPlain(subtype) && own.length > 0 ? { blocks: own } : {};
}

function threadFields(message: StoredMessage, replies: readonly StoredMessage[]): Json {
  const repliers = new Set(replies.map((reply) => reply.user));
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: repliers.size,
    latest_reply: replies.at(-1)?.ts,
    reply_users: [...repliers],
    is_locked: false,
    subscribed: false,
  };
}

function isPlain(subtype: string | undefined): boolean {
  return subtype === undefined || subtype === "thread_broadcast" || subtype === "file_share";
}

function blockId(ts: string): string {
  return Buffer.from(ts).toString("base64url").slice(0, 5);
}

/** The root of a thread that was deleted while it had replies. */
export function tombstone(service: Service, message: StoredMessage): Json {
  return {
    type: "message",
    subtype: "tombstone",
    user: "USLACKBOT",
    hidden: true,
    ts: message.ts,
    text: "This message was deleted.",
    ...threadFields(message, repliesTo(service.workspace, message)),
  };
}
