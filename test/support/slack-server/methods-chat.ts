import { readContent, readMetadata, saysSomething } from "./content.ts";
import type { Content } from "./content.ts";
import { isTs } from "./ids.ts";
import { messagePayload } from "./message-payload.ts";
import { changeMessage, deleteMessage, postMessage } from "./messages.ts";
import { visibleChannel } from "./method.ts";
import type { MethodCall, Methods } from "./method.ts";
import { openIm } from "./seeded-workspace.ts";
import { shareShownFiles } from "./shown-files.ts";
import type { Service } from "./service.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import { findMessage, repliesTo } from "./workspace.ts";
import type { Channel, Json, StoredMessage } from "./workspace.ts";

/** Longer texts are cut (reference/methods/chat.postMessage, Truncating content). */
const maxTextChars = 40_000;
const maxUpdateBytes = 4_000;

/** docs.slack.dev/reference/methods/chat.postMessage and its family. */
export function chatMethods(service: Service): Methods {
  const { workspace, bot } = service;
  const newBlockId = () => workspace.newId("b").slice(2, 7);
  const chatWrite = { scopes: ["chat:write"], json: true } as const;

  function post({ args, scopes }: MethodCall): Json {
    const content = readContent(args, newBlockId);
    const metadata = readMetadata(args);
    const channel = postableChannel(service, args.need("channel"), scopes);
    const threadTs = threadOf(service, channel, args.text("thread_ts"));
    if (!saysSomething(content)) throw new SlackRefusal("no_text");
    shareShownFiles(service, channel, content.blocks);
    const broadcast = threadTs !== undefined && args.flag("reply_broadcast") === true;
    const message = postMessage(service, {
      channel,
      user: bot.id,
      text: (content.text ?? "").slice(0, maxTextChars),
      isMarkdown: content.isMarkdown,
      blocks: content.blocks,
      attachments: content.attachments,
      metadata,
      threadTs,
      subtype: broadcast ? "thread_broadcast" : undefined,
      // Apps' links show no preview unless they ask for it, their media do (messaging/unfurling-links-in-messages).
      unfurl: {
        links: args.flag("unfurl_links") ?? false,
        media: args.flag("unfurl_media") ?? true,
      },
    });
    return answerOf(message, { message: messagePayload(service, message, true) });
  }

  function update({ args }: MethodCall): Json {
    const content = readContent(args, newBlockId);
    const metadata = readMetadata(args);
    const message = ownMessage(args.need("channel"), args.need("ts"), "cant_update_message");
    if (message.channel.archived) throw new SlackRefusal("is_inactive");
    if (message.stream?.state === "in_progress") throw new SlackRefusal("streaming_state_conflict");
    if (!content.isMarkdown && Buffer.byteLength(content.text ?? "") > maxUpdateBytes) {
      throw new SlackRefusal("msg_too_long");
    }
    if (!saysSomething(content)) throw new SlackRefusal("no_text");
    shareShownFiles(service, message.channel, content.blocks);
    if (message.stream) {
      message.stream.state = "completed";
      message.stream.replaced ||= Boolean(content.blocks?.length);
    }
    changeMessage(service, message, changeOf(message, content, metadata, bot.id));
    return answerOf(message, { text: message.text, message: messagePayload(service, message, true) });
  }

  function remove({ args }: MethodCall): Json {
    const message = ownMessage(args.need("channel"), args.need("ts"), "cant_delete_message");
    if (message.stream?.state === "in_progress") throw new SlackRefusal("cant_delete_message");
    deleteMessage(service, message);
    return answerOf(message);
  }

  function postEphemeral({ args, scopes }: MethodCall): Json {
    const content = readContent(args, newBlockId);
    const channel = postableChannel(service, args.need("channel"), scopes);
    const threadTs = threadOf(service, channel, args.text("thread_ts"));
    const user = args.need("user");
    if (!channel.members.has(user)) throw new SlackRefusal("user_not_in_channel");
    if (!saysSomething(content)) throw new SlackRefusal("no_text");
    const ts = workspace.newTs();
    const { text = "", blocks } = content;
    workspace.ephemerals.push({ ts, channel: channel.id, user, text, blocks, threadTs });
    return { message_ts: ts };
  }

  /** @throws SlackRefusal when it isn't there, or with `foreign` when somebody else wrote it */
  function ownMessage(channelId: string, ts: string, foreign: string): StoredMessage {
    const channel = visibleChannel(service, channelId);
    const message = findMessage(workspace, channel.id, ts);
    if (!message) throw new SlackRefusal("message_not_found");
    if (message.user !== bot.id) throw new SlackRefusal(foreign);
    return message;
  }

  return {
    "chat.postMessage": { ...chatWrite, required: ["channel"], run: post },
    "chat.update": { ...chatWrite, required: ["channel", "ts"], run: update },
    "chat.delete": { ...chatWrite, required: ["channel", "ts"], run: remove },
    "chat.postEphemeral": { ...chatWrite, required: ["channel", "user"], run: postEphemeral },
    "chat.getPermalink": {
      required: ["channel", "message_ts"],
      run({ args }) {
        const channel = visibleChannel(service, args.need("channel"));
        const message = findMessage(workspace, channel.id, args.need("message_ts"));
        if (!message) throw new SlackRefusal("message_not_found");
        return { channel: channel.id, permalink: permalinkOf(service, message) };
      },
    },
  };
}

/**
 * Blocks that aren't mentioned stay, and then the new text isn't what is shown; metadata likewise (reference/methods/chat.update).
 */
function changeOf(message: StoredMessage, content: Content, metadata: Json | undefined, bot: string) {
  const keepsBlocks = content.blocks === undefined && !content.isMarkdown;
  return {
    text: content.text ?? message.text,
    isMarkdown: content.text === undefined ? message.isMarkdown : content.isMarkdown,
    ...(!keepsBlocks && { blocks: content.blocks?.length ? content.blocks : undefined }),
    ...(content.attachments && { attachments: content.attachments }),
    ...(metadata && { metadata: Object.keys(metadata).length === 0 ? undefined : metadata }),
    // A change that comes with blocks isn't marked as edited (the same page, Usage info).
    ...(!content.blocks && { editedBy: bot }),
  };
}

/** Where the bot may post; the id of a person stands for the direct channel. @throws SlackRefusal */
export function postableChannel(service: Service, id: string, scopes: ReadonlySet<string>): Channel {
  const { workspace, bot } = service;
  const person = workspace.users.get(id);
  if (person && (person.bot || person.deleted)) throw new SlackRefusal("channel_not_found");
  const channel = person ? openIm(workspace, person.id, bot.id) : visibleChannel(service, id);
  if (channel.archived) throw new SlackRefusal("is_archived");
  if (!channel.members.has(bot.id) && !scopes.has("chat:write.public")) {
    throw new SlackRefusal("not_in_channel");
  }
  return channel;
}

/** The root of the thread that a `thread_ts` means; a reply's own ts leads to its root. @throws SlackRefusal */
export function threadOf(service: Service, channel: Channel, ts: string | undefined): string | undefined {
  if (ts === undefined || ts === "") return undefined;
  if (!isTs(ts)) throw new SlackRefusal("invalid_thread_ts");
  const message = service.workspace.messageByTs.get(`${channel.id} ${ts}`);
  const isThere = message && (!message.deleted || repliesTo(service.workspace, message).length > 0);
  if (!isThere) throw new SlackRefusal("thread_not_found");
  if (message.subtype !== undefined && unanswerable.has(message.subtype)) {
    throw new SlackRefusal("cannot_reply_to_message");
  }
  return message.threadTs ?? message.ts;
}

const unanswerable = new Set(["channel_join", "channel_leave", "channel_topic", "channel_archive"]);

export function permalinkOf({ workspace, url }: Service, message: StoredMessage): string {
  const { channel, ts, threadTs } = message;
  const thread = threadTs === undefined ? "" : `?thread_ts=${threadTs}&cid=${channel.id}`;
  return `${url()}/${workspace.domain}/archives/${channel.id}/p${ts.replace(".", "")}${thread}`;
}

function answerOf(message: StoredMessage, more: Json = {}): Json {
  return { channel: message.channel.id, ts: message.ts, ...more };
}
