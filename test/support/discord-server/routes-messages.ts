import { PermissionFlagsBits } from "discord-api-types/v10";

import { formError, refusal } from "./discord-error.ts";
import { channelFor, idIn, messageIn } from "./look-up.ts";
import { readMessageBody } from "./message-body.ts";
import { deleteMessage, editMessage } from "./message-changes.ts";
import { createMessage } from "./messages.ts";
import { messagePayload, withoutContent } from "./message-payloads.ts";
import { may } from "./permissions.ts";
import type { RestRequest, Routes } from "./router.ts";
import type { Service } from "./service.ts";
import { compareIds, isSnowflake } from "./snowflake.ts";
import { standingMessages } from "./world.ts";
import type { StoredMessage } from "./world.ts";

export interface TypingSeen {
  readonly channel: string;
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Messages of a channel (developers/resources/message). */
export function messageRoutes(service: Service, typing: TypingSeen[], mayReadContent: () => boolean): Routes {
  const { world, bot } = service;

  function show(message: StoredMessage): object {
    const payload = messagePayload(world, message);
    const fresh = { ...payload, attachments: payload.attachments.map((file) => service.cdn.refresh(file)) };
    const isDm = message.channel.guildId === undefined;
    return mayReadContent() ? fresh : withoutContent(fresh, bot.id, isDm);
  }

  return {
    "POST /channels/:channel/messages": (request) => {
      const channel = channelFor(service, request);
      const body = readMessageBody(request.json ?? {}, request.files);
      const message = createMessage(service, bot.id, channel, body, request.files);
      return { ...show(message), ...(message.nonce !== undefined && { nonce: message.nonce }) };
    },
    "GET /channels/:channel/messages": (request) => {
      const channel = channelFor(service, request);
      // Without it the list is empty (developers/resources/message, Get Channel Messages).
      if (!may(world, bot.id, channel, PermissionFlagsBits.ReadMessageHistory)) return [];
      const all = standingMessages(world, channel.id).filter((message) => message.seenBy === undefined);
      return pageOf(all, request).map(show);
    },
    "GET /channels/:channel/messages/:message": (request) => {
      const channel = channelFor(service, request);
      if (!may(world, bot.id, channel, PermissionFlagsBits.ReadMessageHistory))
        throw refusal("missingAccess");
      return show(messageIn(service, channel, idIn(request, "message")));
    },
    "PATCH /channels/:channel/messages/:message": (request) => {
      const message = messageIn(service, channelFor(service, request), idIn(request, "message"));
      const body = readMessageBody(request.json ?? {}, request.files);
      editMessage(service, bot.id, message, body, request.files);
      return show(message);
    },
    "DELETE /channels/:channel/messages/:message": (request) => {
      deleteMessage(
        service,
        bot.id,
        messageIn(service, channelFor(service, request), idIn(request, "message")),
      );
    },
    "POST /channels/:channel/typing": (request) => {
      const channel = channelFor(service, request);
      const sending = channel.thread
        ? PermissionFlagsBits.SendMessagesInThreads
        : PermissionFlagsBits.SendMessages;
      if (!may(world, bot.id, channel, sending)) throw refusal("missingPermissions");
      typing.push({ channel: channel.id, user: bot.id, at: world.now() });
      service.emit({
        t: "TYPING_START",
        d: {
          channel_id: channel.id,
          user_id: bot.id,
          timestamp: Math.floor(world.now() / 1_000),
          ...(channel.guildId !== undefined && { guild_id: channel.guildId }),
        },
        channel,
      });
    },
  };
}

/** Newest first; `before`, `after` and `around` exclude each other. */
function pageOf(oldestFirst: readonly StoredMessage[], { query }: RestRequest): readonly StoredMessage[] {
  const limit = Number(query.get("limit") ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    const message = "int value should be between 1 and 100 inclusive.";
    throw formError("limit", "NUMBER_TYPE_RANGE", message);
  }
  const keys = ["before", "after", "around"].filter((key) => query.has(key));
  if (keys.length > 1)
    throw formError(keys[1] ?? "", "BASE_TYPE_EXCLUSIVE", "Only one of before, after, around may be given.");
  for (const key of keys) {
    const id = query.get(key);
    if (id !== null && !isSnowflake(id) && !/^\d+$/.test(id)) {
      throw formError(key, "NUMBER_TYPE_COERCE", `Value "${id}" is not snowflake.`);
    }
  }
  const newestFirst = oldestFirst.toReversed();
  const idOf = (message: StoredMessage) => message.payload.id;
  const around = query.get("around");
  const before = query.get("before");
  const after = query.get("after");
  if (around !== null) {
    const half = Math.floor(limit / 2);
    const newer = newestFirst.filter((message) => compareIds(idOf(message), around) > 0).slice(-half);
    const rest = newestFirst.filter((message) => compareIds(idOf(message), around) <= 0).slice(0, half + 1);
    return [...newer, ...rest].slice(0, limit);
  }
  if (before !== null) return newestFirst.filter((m) => compareIds(idOf(m), before) < 0).slice(0, limit);
  if (after !== null) return newestFirst.filter((m) => compareIds(idOf(m), after) > 0).slice(-limit);
  return newestFirst.slice(0, limit);
}
