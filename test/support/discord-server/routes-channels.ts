import { PermissionFlagsBits } from "discord-api-types/v10";

import { refusal } from "./discord-error.ts";
import { channelFor, idIn, messageIn } from "./look-up.ts";
import { removeMessage } from "./message-changes.ts";
import { channelPayload, memberPayload, threadMemberPayload } from "./payloads.ts";
import { may } from "./permissions.ts";
import { addReaction, removeReaction } from "./reactions.ts";
import type { Reactions } from "./reactions.ts";
import type { RestRequest, Routes } from "./router.ts";
import type { Service } from "./service.ts";
import { timeOfSnowflake } from "./snowflake.ts";
import { joinThread, leaveThread } from "./thread-state.ts";
import { changeThread, removeChannel, startThread, startThreadFromMessage } from "./threads.ts";
import type { Channel } from "./world.ts";

const bulkDeleteAgeMs = 14 * 24 * 60 * 60 * 1_000;

/** Channels, threads (their lists are in routes-threads.ts) and reactions (developers/resources/channel). */
export function channelRoutes(service: Service, reactions: Reactions): Routes {
  const { world, bot } = service;

  function show(channel: Channel): object {
    const isMember = channel.thread?.members.has(bot.id) ?? false;
    return {
      ...channelPayload(world, channel),
      ...(isMember && { member: threadMemberPayload(channel, bot.id) }),
    };
  }

  function threadFor(request: RestRequest): Channel {
    const channel = channelFor(service, request);
    if (!channel.thread) throw refusal("wrongChannelType");
    return channel;
  }

  function reacted(request: RestRequest) {
    const message = messageIn(service, channelFor(service, request), idIn(request, "message"));
    return { message, emoji: request.params["emoji"] ?? "" };
  }

  return {
    "GET /channels/:channel": (request) => show(channelFor(service, request)),
    "PATCH /channels/:channel": (request) => {
      const channel = channelFor(service, request);
      if (!channel.thread && !may(world, bot.id, channel, PermissionFlagsBits.ManageChannels)) {
        throw refusal("missingPermissions");
      }
      changeThread(service, bot.id, channel, request.json ?? {});
      return show(channel);
    },
    "DELETE /channels/:channel": (request) => {
      const channel = channelFor(service, request);
      const needed = channel.thread ? PermissionFlagsBits.ManageThreads : PermissionFlagsBits.ManageChannels;
      if (channel.guildId !== undefined) {
        if (!may(world, bot.id, channel, needed)) throw refusal("missingPermissions");
        removeChannel(service, channel);
      }
      return show(channel);
    },
    "POST /channels/:channel/messages/bulk-delete": (request) => {
      const channel = channelFor(service, request);
      if (channel.guildId === undefined) throw refusal("notInDms");
      if (!may(world, bot.id, channel, PermissionFlagsBits.ManageMessages))
        throw refusal("missingPermissions");
      const ids = [...new Set((request.json as { messages?: string[] } | undefined)?.messages)];
      if (ids.length < 2 || ids.length > 100) throw refusal("bulkDeleteCount");
      if (ids.some((id) => timeOfSnowflake(id) < world.now() - bulkDeleteAgeMs))
        throw refusal("tooOldToDelete");
      removeMessages(service, channel, ids);
    },
    "POST /channels/:channel/messages/:message/threads": (request) => {
      const message = messageIn(service, channelFor(service, request), idIn(request, "message"));
      return show(startThreadFromMessage(service, bot.id, message, request.json ?? {}));
    },
    "POST /channels/:channel/threads": (request) =>
      show(startThread(service, bot.id, channelFor(service, request), request.json ?? {})),
    "GET /channels/:channel/thread-members": (request) => {
      const channel = threadFor(request);
      return [...(channel.thread?.members.keys() ?? [])].map((id) => threadMemberPayload(channel, id));
    },
    "GET /channels/:channel/thread-members/:user": (request) => {
      const channel = threadFor(request);
      const user = idIn(request, "user");
      if (!channel.thread?.members.has(user)) throw refusal("unknownMember");
      const member = world.guilds.get(channel.guildId ?? "")?.members.get(user);
      const withMember = request.query.get("with_member") === "true" && member !== undefined;
      return {
        ...threadMemberPayload(channel, user),
        ...(withMember && { member: memberPayload(world, member) }),
      };
    },
    "PUT /channels/:channel/thread-members/:user": (request) => {
      const channel = threadFor(request);
      if (channel.thread?.archived) throw refusal("archivedThread");
      joinThread(service, channel, request.params["user"] === "@me" ? bot.id : idIn(request, "user"));
    },
    "DELETE /channels/:channel/thread-members/@me": (request) =>
      leaveThread(service, threadFor(request), bot.id),
    "PUT /channels/:channel/messages/:message/reactions/:emoji/@me": (request) => {
      const { message, emoji } = reacted(request);
      addReaction(service, reactions, bot.id, message, emoji);
    },
    "DELETE /channels/:channel/messages/:message/reactions/:emoji/@me": (request) => {
      const { message, emoji } = reacted(request);
      removeReaction(service, reactions, bot.id, message, emoji);
    },
  };
}

/** Told once: MESSAGE_DELETE_BULK. */
export function removeMessages(service: Service, channel: Channel, ids: readonly string[]): void {
  const { world, emit } = service;
  const gone = ids.filter((id) => {
    const message = world.messageById.get(id);
    if (message?.channel.id !== channel.id || message.deletedAt !== undefined) return false;
    removeMessage({ ...service, emit: () => undefined }, message);
    return true;
  });
  const d = { ids: gone, channel_id: channel.id, guild_id: channel.guildId };
  emit({ t: "MESSAGE_DELETE_BULK", d, channel });
}
