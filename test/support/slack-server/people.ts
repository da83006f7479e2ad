import { randomUUID } from "node:crypto";

import { changeMessage, deleteMessage, postMessage } from "./messages.ts";
import { addChannel, addUser, openIm } from "./seeded-workspace.ts";
import type { ChannelDraft, UserDraft } from "./seeded-workspace.ts";
import type { Service } from "./service.ts";
import { viewOf } from "./view.ts";
import type { MessageView } from "./view.ts";
import { findMessage, maySee, need } from "./workspace.ts";
import type { Channel, Json, StoredFile, StoredMessage, User } from "./workspace.ts";

export interface Saying {
  readonly as: string;
  readonly channel: string;
  /** In Slack's markup: `<@U…>` names a person. */
  readonly text?: string;
  readonly threadTs?: string;
  /** A reply that shows in the channel too. */
  readonly broadcast?: boolean;
  /** `/me …` */
  readonly me?: boolean;
  readonly files?: readonly FileDraft[];
  /** In place of what Slack makes of the text. */
  readonly blocks?: readonly Json[];
}

export interface FileDraft {
  readonly name: string;
  readonly mediaType: string;
  readonly content: string | Uint8Array;
}

export interface MessageRef {
  readonly channel: string;
  readonly ts: string;
}

/** What people and other apps do with messages, each with their own rights: an error when they may not. */
export interface People {
  say(saying: Saying): MessageView;
  edit(act: { readonly as: string; readonly message: MessageRef; readonly text: string }): MessageView;
  remove(act: { readonly as: string; readonly message: MessageRef }): void;
  react(act: { readonly as: string; readonly message: MessageRef; readonly emoji: string }): void;
  unreact(act: { readonly as: string; readonly message: MessageRef; readonly emoji: string }): void;
  /** The old kind of bot: a `bot_message` that only has a name. */
  postByWebhook(act: { readonly channel: string; readonly name: string; readonly text: string }): MessageView;
  /** The direct channel of this person and the bot. */
  im(person: string): string;
  addUser(draft: UserDraft): string;
  addChannel(draft: ChannelDraft): string;
}

export function createPeople(service: Service): People {
  const { workspace, bot } = service;

  function actor(as: string, channelId: string): { user: User; channel: Channel } {
    const user = need(workspace.users, as, "user");
    const channel = need(workspace.channels, channelId, "channel");
    if (!maySee(user, channel, workspace.teamId)) throw new Error(`${user.name} cannot see ${channelId}`);
    return { user, channel };
  }

  function find(as: string, { channel, ts }: MessageRef): { user: User; message: StoredMessage } {
    const { user } = actor(as, channel);
    const message = findMessage(workspace, channel, ts);
    if (!message) throw new Error(`no message ${ts} in ${channel}`);
    return { user, message };
  }

  function toggle(act: Parameters<People["react"]>[0], type: "reaction_added" | "reaction_removed"): void {
    const { user, message } = find(act.as, act.message);
    changeReaction(service, message, { user: user.id, emoji: act.emoji, type });
  }

  return {
    say(saying) {
      const { user, channel } = actor(saying.as, saying.channel);
      if (channel.archived) throw new Error(`${channel.id} is archived`);
      // Writing in a public channel joins it first.
      if (!channel.members.has(user.id)) throw new Error(`${user.name} is not in ${channel.id}`);
      const root = saying.threadTs === undefined ? undefined : rootOf(channel.id, saying.threadTs);
      const files = (saying.files ?? []).map((draft) => keepFile(user.id, draft));
      const message = postMessage(service, {
        channel,
        user: user.id,
        text: saying.text ?? "",
        threadTs: root?.ts,
        blocks: saying.blocks,
        files,
        subtype: subtypeOf(saying, files.length > 0),
        ...(saying.broadcast &&
          root && { extra: { root: { ts: root.ts, thread_ts: root.ts, text: root.text } } }),
        ...(user.bot ? {} : { clientMsgId: randomUUID() }),
      });
      return viewOf(message);
    },
    edit({ as, message: ref, text }) {
      const { user, message } = find(as, ref);
      if (message.user !== user.id) throw new Error(`${user.name} may edit own messages only`);
      changeMessage(service, message, { text, blocks: undefined, editedBy: user.id });
      return viewOf(message);
    },
    remove({ as, message: ref }) {
      const { user, message } = find(as, ref);
      const mayRemove = message.user === user.id || user.isAdmin;
      if (!mayRemove) throw new Error(`${user.name} may delete own messages only`);
      deleteMessage(service, message);
    },
    react: (act) => toggle(act, "reaction_added"),
    unreact: (act) => toggle(act, "reaction_removed"),
    postByWebhook({ channel, name, text }) {
      const message = postMessage(service, {
        channel: need(workspace.channels, channel, "channel"),
        user: "",
        text,
        username: name,
        subtype: "bot_message",
        extra: { bot_id: workspace.newId("B") },
      });
      return viewOf(message);
    },
    im: (person) => openIm(workspace, need(workspace.users, person, "user").id, bot.id).id,
    addUser: (draft) => addUser(workspace, draft).id,
    addChannel: (draft) => addChannel(workspace, draft).id,
  };

  function rootOf(channel: string, threadTs: string): StoredMessage {
    const message = need(workspace.messageByTs, `${channel} ${threadTs}`, "message");
    return message.threadTs === undefined
      ? message
      : need(workspace.messageByTs, `${channel} ${message.threadTs}`, "message");
  }

  function keepFile(user: string, { name, mediaType, content }: FileDraft): StoredFile {
    const file: StoredFile = {
      id: workspace.newId("F"),
      name,
      title: name,
      mediaType,
      bytes: typeof content === "string" ? Buffer.from(content) : content,
      user,
      created: Math.floor(workspace.now() / 1_000),
      readyAt: workspace.now(),
      channels: new Set(),
      deleted: false,
    };
    workspace.files.set(file.id, file);
    return file;
  }
}

function subtypeOf({ me, broadcast, threadTs }: Saying, hasFiles: boolean): string | undefined {
  if (me) return "me_message";
  if (broadcast && threadTs !== undefined) return "thread_broadcast";
  return hasFiles ? "file_share" : undefined;
}

/** Notes a reaction and tells the app. Whether anything changed. */
export function changeReaction(
  service: Service,
  message: StoredMessage,
  act: {
    readonly user: string;
    readonly emoji: string;
    readonly type: "reaction_added" | "reaction_removed";
  },
): boolean {
  const users = message.reactions.get(act.emoji) ?? new Set();
  const isAdded = act.type === "reaction_added";
  if (users.has(act.user) === isAdded) return false;
  if (isAdded) users.add(act.user);
  else users.delete(act.user);
  if (users.size === 0) message.reactions.delete(act.emoji);
  else message.reactions.set(act.emoji, users);
  service.emit(
    {
      type: act.type,
      user: act.user,
      reaction: act.emoji,
      item: { type: "message", channel: message.channel.id, ts: message.ts },
      item_user: message.user,
      event_ts: service.workspace.newTs(),
    },
    { channel: message.channel, subscription: act.type },
  );
  return true;
}
