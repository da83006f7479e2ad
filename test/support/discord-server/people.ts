import { refusal } from "./discord-error.ts";
import { readMessageBody } from "./message-body.ts";
import { createMessage, deleteMessage, editMessage } from "./messages.ts";
import { openDm } from "./seeded-world.ts";
import type { Service } from "./service.ts";
import { need } from "./world.ts";
import type { StoredMessage } from "./world.ts";
import { viewOf } from "./view.ts";
import type { MessageView } from "./view.ts";

export interface Saying {
  readonly as: string;
  readonly channel: string;
  readonly content?: string;
  readonly replyTo?: string;
  /** Whether a reply notifies whom it answers; people's clients have it on. */
  readonly ping?: boolean;
  readonly attachments?: readonly {
    readonly name: string;
    readonly mediaType: string;
    readonly text: string;
  }[];
  readonly nonce?: string;
}

/** What people (and other bots) do in their clients, with their own rights. */
export interface People {
  /** @throws DiscordError when this person may not */
  say(saying: Saying): MessageView;
  edit(act: { readonly as: string; readonly message: string; readonly content: string }): MessageView;
  remove(act: { readonly as: string; readonly message: string }): void;
  /** The channel of this person's direct messages with the bot. */
  dm(person: string): string;
}

export function createPeople(service: Service): People {
  const { world } = service;

  function standing(id: string): StoredMessage {
    const message = need(world.messageById, id, "message");
    if (message.deletedAt !== undefined) throw refusal("unknownMessage");
    return message;
  }

  return {
    say({ as, channel, content = "", replyTo, ping = true, attachments = [], nonce }) {
      const files = attachments.map(({ name, mediaType, text }, index) => ({
        index: String(index),
        name,
        mediaType,
        bytes: Buffer.from(text),
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
      return viewOf(world, createMessage(service, as, need(world.channels, channel, "channel"), body, files));
    },
    edit({ as, message, content }) {
      const found = standing(message);
      editMessage(service, as, found, readMessageBody({ content }, []));
      return viewOf(world, found);
    },
    remove({ as, message }) {
      deleteMessage(service, as, standing(message));
    },
    dm: (person) => openDm(world, person, service.bot.id).id,
  };
}
