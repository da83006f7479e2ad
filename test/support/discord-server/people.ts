import type { APIEmbed } from "discord-api-types/v10";
import { EmbedType, MessageType, PermissionFlagsBits } from "discord-api-types/v10";

import { refusal } from "./discord-error.ts";
import { readMessageBody } from "./message-body.ts";
import { deleteMessage, editMessage } from "./message-changes.ts";
import { createMessage } from "./messages.ts";
import { messageEventPayload } from "./message-payloads.ts";
import { may, sendingPermission } from "./permissions.ts";
import { addReaction, removeReaction } from "./reactions.ts";
import type { Reactions } from "./reactions.ts";
import { removeMessages } from "./routes-channels.ts";
import { openDm } from "./seeded-world.ts";
import type { Service } from "./service.ts";
import { joinThread, leaveThread } from "./thread-state.ts";
import { changeThread, postSystem, startThread, startThreadFromMessage } from "./threads.ts";
import type { ThreadChange } from "./threads.ts";
import { viewOf } from "./view.ts";
import type { MessageView } from "./view.ts";
import { need } from "./world.ts";
import type { StoredMessage } from "./world.ts";

export interface Saying {
  readonly as: string;
  readonly channel: string;
  readonly content?: string;
  readonly replyTo?: string;
  /** Whether a reply notifies whom it answers; in people's clients that is on. */
  readonly ping?: boolean;
  readonly attachments?: readonly FileDraft[];
  readonly nonce?: string;
}

export interface FileDraft {
  readonly name: string;
  readonly mediaType: string;
  readonly content: string | Uint8Array;
}

export interface ThreadDraft {
  readonly as: string;
  readonly channel: string;
  readonly name: string;
  /** The message that it starts from. */
  readonly message?: string;
  readonly private?: boolean;
}

/** What people and other bots do in their clients, with their own rights: a DiscordError when they may not. */
export interface People {
  say(saying: Saying): MessageView;
  edit(act: { readonly as: string; readonly message: string; readonly content: string }): MessageView;
  remove(act: { readonly as: string; readonly message: string }): void;
  /** Several messages of a channel at once, by somebody who manages messages. */
  removeMany(act: {
    readonly as: string;
    readonly channel: string;
    readonly messages: readonly string[];
  }): void;
  react(act: { readonly as: string; readonly message: string; readonly emoji: string }): void;
  unreact(act: { readonly as: string; readonly message: string; readonly emoji: string }): void;
  pin(act: { readonly as: string; readonly message: string }): void;
  startTyping(act: { readonly as: string; readonly channel: string }): void;
  /** The new thread's id. */
  startThread(draft: ThreadDraft): string;
  changeThread(act: { readonly as: string; readonly thread: string } & ThreadChange): void;
  invite(act: { readonly as: string; readonly thread: string; readonly person: string }): void;
  leave(act: { readonly as: string; readonly thread: string }): void;
  /** The channel of this person's direct messages with the bot. */
  dm(person: string): string;
  /** Something that Discord writes itself: a join (7), a boost (8) … */
  postSystemMessage(act: {
    readonly as: string;
    readonly channel: string;
    readonly type: MessageType;
  }): MessageView;
  /** A webhook of the channel, under a name of its choice. */
  postByWebhook(act: {
    readonly channel: string;
    readonly name: string;
    readonly content: string;
  }): MessageView;
  /** The previews of a message's links arrive; `partial` leaves out the author and the text. */
  resolveLinks(act: { readonly message: string; readonly url: string; readonly partial?: boolean }): void;
}

export function createPeople(service: Service, reactions: Reactions): People {
  const { world } = service;
  const channelOf = (id: string) => need(world.channels, id, "channel");

  function standing(id: string, as?: string): StoredMessage {
    const message = need(world.messageById, id, "message");
    if (message.deletedAt !== undefined) throw refusal("unknownMessage");
    const sees = as === undefined || may(world, as, message.channel, PermissionFlagsBits.ViewChannel);
    if (!sees || (message.seenBy !== undefined && message.seenBy !== as)) throw refusal("missingAccess");
    return message;
  }

  return {
    say({ as, channel, content = "", replyTo, ping = true, attachments = [], nonce }) {
      const files = attachments.map((file, index) => ({
        index: String(index),
        name: file.name,
        mediaType: file.mediaType,
        bytes: Buffer.from(file.content),
      }));
      const body = readMessageBody(
        {
          content,
          ...(nonce !== undefined && { nonce }),
          ...(replyTo !== undefined && {
            message_reference: { message_id: replyTo },
            allowed_mentions: { parse: ["users", "roles", "everyone"], replied_user: ping },
          }),
        },
        files,
      );
      return viewOf(world, createMessage(service, as, channelOf(channel), body, files));
    },
    edit({ as, message, content }) {
      const found = standing(message, as);
      editMessage(service, as, found, readMessageBody({ content }, []));
      return viewOf(world, found);
    },
    remove({ as, message }) {
      const found = standing(message, as);
      // An ephemeral message is dismissed in the reader's own client.
      if (found.seenBy === as) found.deletedAt = world.now();
      else deleteMessage(service, as, found);
    },
    removeMany({ as, channel, messages }) {
      if (!may(world, as, channelOf(channel), PermissionFlagsBits.ManageMessages))
        throw refusal("missingPermissions");
      removeMessages(service, channelOf(channel), messages);
    },
    react: ({ as, message, emoji }) => addReaction(service, reactions, as, standing(message, as), emoji),
    unreact: ({ as, message, emoji }) => removeReaction(service, reactions, as, standing(message, as), emoji),
    pin({ as, message }) {
      const { channel, payload } = standing(message, as);
      const isDm = channel.guildId === undefined;
      const needed = isDm ? PermissionFlagsBits.ViewChannel : PermissionFlagsBits.ManageMessages;
      if (!may(world, as, channel, needed)) throw refusal("missingPermissions");
      payload.pinned = true;
      const guild = isDm ? {} : { guild_id: channel.guildId };
      const d = { channel_id: channel.id, ...guild, last_pin_timestamp: payload.timestamp };
      service.emit({ t: "CHANNEL_PINS_UPDATE", d, channel });
      const reference = { channel_id: channel.id, message_id: payload.id };
      postSystem(service, as, channel, MessageType.ChannelPinnedMessage, "", reference);
    },
    startTyping({ as, channel: id }) {
      const channel = channelOf(id);
      if (!may(world, as, channel, sendingPermission(channel))) throw refusal("missingPermissions");
      const guild = channel.guildId === undefined ? {} : { guild_id: channel.guildId };
      const timestamp = Math.floor(world.now() / 1_000);
      service.emit({ t: "TYPING_START", d: { channel_id: id, user_id: as, timestamp, ...guild }, channel });
    },
    startThread({ as, channel, name, message, private: isPrivate = false }) {
      if (message !== undefined)
        return startThreadFromMessage(service, as, standing(message, as), { name }).id;
      const body = { name, type: isPrivate ? 12 : 11, message: { content: name } };
      return startThread(service, as, channelOf(channel), body).id;
    },
    changeThread: ({ as, thread, ...change }) => changeThread(service, as, channelOf(thread), change),
    invite({ as, thread, person }) {
      const channel = channelOf(thread);
      if (!may(world, as, channel, PermissionFlagsBits.ViewChannel)) throw refusal("missingAccess");
      if (channel.thread?.archived) throw refusal("archivedThread");
      joinThread(service, channel, person);
    },
    leave: ({ as, thread }) => leaveThread(service, channelOf(thread), as),
    dm: (person) => openDm(world, person, service.bot.id).id,
    postSystemMessage: ({ as, channel, type }) =>
      viewOf(world, postSystem(service, as, channelOf(channel), type)),
    postByWebhook({ channel, name, content }) {
      const id = world.newId();
      const author = {
        id,
        username: name,
        discriminator: "0000",
        global_name: null,
        avatar: null,
        bot: true,
      };
      const origin = { permitted: true, payload: { author, webhook_id: id } };
      return viewOf(world, createMessage(service, id, channelOf(channel), { content }, [], origin));
    },
    resolveLinks({ message, url, partial = false }) {
      const found = standing(message);
      const { channel, payload } = found;
      const embed: APIEmbed = { type: EmbedType.Link, url, title: url };
      payload.embeds.push(embed);
      const guild = channel.guildId === undefined ? {} : { guild_id: channel.guildId };
      const part = { id: payload.id, channel_id: channel.id, ...guild, embeds: payload.embeds };
      const d = partial ? part : messageEventPayload(world, found);
      service.emit({ t: "MESSAGE_UPDATE", d, channel, isMessage: true });
    },
  };
}
