import type { APIMessage } from "discord-api-types/v10";
import { MessageFlags, MessageType } from "discord-api-types/v10";

import { callbackTypes, readCallback } from "./callback-body.ts";
import { readCommands } from "./command-body.ts";
import type { Command } from "./command-body.ts";
import { DiscordError, refusal } from "./discord-error.ts";
import { interactionTypes, originOf } from "./interactions.ts";
import type { Interaction, Interactions } from "./interactions.ts";
import { guildFor, idIn } from "./look-up.ts";
import { readMessageBody } from "./message-body.ts";
import type { MessageBody } from "./message-body.ts";
import { editMessage, removeMessage } from "./message-changes.ts";
import { createMessage } from "./messages.ts";
import { messagePayload } from "./message-payloads.ts";
import type { RestRequest, Routes } from "./router.ts";
import type { Service } from "./service.ts";
import type { StoredMessage } from "./world.ts";

/** The first response must come within it; the token works a quarter of an hour. */
const responseWindowMs = 3_000;
const tokenLifeMs = 15 * 60_000;
const settableFlags =
  MessageFlags.SuppressEmbeds | MessageFlags.Ephemeral | MessageFlags.SuppressNotifications;

/** Registered commands; the key is a guild's id, or `global`. */
export type RegisteredCommands = Map<string, readonly (Command & { readonly id: string })[]>;

/** Commands, callbacks and follow-ups (developers/interactions). */
export function interactionRoutes(
  service: Service,
  interactions: Interactions,
  commands: RegisteredCommands,
): Routes {
  const { world, bot, applicationId } = service;
  const show = (message: StoredMessage): APIMessage => messagePayload(world, message);

  /** Reads the body and posts it, for everybody in the channel or for one person. */
  function answer(
    interaction: Interaction,
    request: RestRequest,
    data: unknown,
    extraFlags = 0,
  ): StoredMessage {
    const isDeferred = (extraFlags & MessageFlags.Loading) !== 0;
    const body = readMessageBody(data ?? {}, request.files);
    const flags = ((body.flags ?? 0) & settableFlags) | extraFlags;
    const isSlash = interaction.type === interactionTypes.command && interaction.original === undefined;
    return createMessage(
      service,
      bot.id,
      interaction.channel,
      { allowed_mentions: { parse: ["users"] }, ...body, flags: 0 },
      request.files,
      {
        permitted: true,
        mayBeEmpty: isDeferred,
        ...((flags & MessageFlags.Ephemeral) !== 0 && { seenBy: interaction.userId }),
        payload: {
          ...originOf(service, interaction),
          flags,
          ...(isSlash && { type: MessageType.ChatInputCommand }),
        },
      },
    );
  }

  function respond(interaction: Interaction, request: RestRequest): number {
    const callback = readCallback(request.json, interaction.type, interaction.message !== undefined);
    const { type, data } = callback;
    switch (type) {
      case callbackTypes.message:
        interaction.original = answer(interaction, request, data);
        break;
      case callbackTypes.deferredMessage: {
        const flags = (data as { flags?: number } | undefined)?.flags ?? 0;
        interaction.original = answer(
          interaction,
          request,
          { flags: flags & MessageFlags.Ephemeral },
          MessageFlags.Loading,
        );
        break;
      }
      case callbackTypes.update:
        if (interaction.message) {
          editMessage(
            service,
            bot.id,
            interaction.message,
            readMessageBody(data ?? {}, request.files),
            request.files,
          );
        }
        interaction.original = interaction.message;
        break;
      case callbackTypes.deferredUpdate:
        interaction.original = interaction.message;
        break;
      default:
    }
    interaction.response = { ...callback, at: world.now() };
    return type;
  }

  /** The interaction of a token that still works and was responded to. */
  function live(request: RestRequest): Interaction {
    if (idIn(request, "application") !== applicationId) throw refusal("unknownWebhook");
    const interaction = interactions.byToken(request.params["token"] ?? "");
    if (!interaction?.response) throw refusal("unknownWebhook");
    if (world.now() - interaction.at > tokenLifeMs)
      throw new DiscordError(401, 50027, "Invalid Webhook Token");
    return interaction;
  }

  function messageOf(request: RestRequest): StoredMessage {
    const interaction = live(request);
    const id = request.params["message"];
    const found =
      id === "@original"
        ? interaction.original
        : interaction.followUps.find(({ payload }) => payload.id === id);
    if (!found || found.deletedAt !== undefined) throw refusal("unknownMessage");
    return found;
  }

  function edit(message: StoredMessage, body: MessageBody, request: RestRequest): object {
    editMessage(service, bot.id, message, body, request.files);
    return show(message);
  }

  function replaceCommands(request: RestRequest, scope: string): object {
    if (idIn(request, "application") !== applicationId) throw refusal("wrongApplication");
    const known = commands.get(scope) ?? [];
    const next = readCommands(request.json).map((command) => ({
      type: 1,
      options: [],
      ...command,
      id: known.find(({ name }) => name === command.name)?.id ?? world.newId(),
      application_id: applicationId,
      version: world.newId(),
      default_member_permissions: command.default_member_permissions ?? null,
      nsfw: false,
    }));
    commands.set(scope, next);
    return next;
  }

  return {
    "POST /interactions/:interaction/:token/callback": (request) => {
      const interaction = interactions.byToken(request.params["token"] ?? "");
      if (interaction?.id !== idIn(request, "interaction")) throw refusal("unknownInteraction");
      if (interaction.response) throw refusal("alreadyAcknowledged");
      if (world.now() - interaction.at > responseWindowMs) throw refusal("unknownInteraction");
      const type = respond(interaction, request);
      if (request.query.get("with_response") !== "true") return undefined;
      const { original } = interaction;
      return {
        interaction: {
          id: interaction.id,
          type: interaction.type,
          ...(original && {
            response_message_id: original.payload.id,
            response_message_loading: ((original.payload.flags ?? 0) & MessageFlags.Loading) !== 0,
            response_message_ephemeral: original.seenBy !== undefined,
          }),
        },
        resource: { type, ...(original && { message: show(original) }) },
      };
    },
    "POST /webhooks/:application/:token": (request) => {
      const interaction = live(request);
      const { original } = interaction;
      const stands = original?.deletedAt === undefined;
      const isLoading = stands && ((original?.payload.flags ?? 0) & MessageFlags.Loading) !== 0;
      if (original && isLoading)
        return edit(original, readMessageBody(request.json ?? {}, request.files), request);
      const message = answer(interaction, request, request.json);
      interaction.followUps.push(message);
      return show(message);
    },
    "GET /webhooks/:application/:token/messages/:message": (request) => show(messageOf(request)),
    "PATCH /webhooks/:application/:token/messages/:message": (request) =>
      edit(messageOf(request), readMessageBody(request.json ?? {}, request.files), request),
    "DELETE /webhooks/:application/:token/messages/:message": (request) => {
      removeMessage(service, messageOf(request));
    },
    "GET /applications/:application/commands": () => commands.get("global") ?? [],
    "PUT /applications/:application/commands": (request) => replaceCommands(request, "global"),
    "GET /applications/:application/guilds/:guild/commands": (request) =>
      commands.get(guildFor(service, request).id) ?? [],
    "PUT /applications/:application/guilds/:guild/commands": (request) =>
      replaceCommands(request, guildFor(service, request).id),
  };
}
