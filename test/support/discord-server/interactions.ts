import { randomBytes } from "node:crypto";

import type { APIMessage } from "discord-api-types/v10";
import { PermissionFlagsBits } from "discord-api-types/v10";

import { refusal } from "./discord-error.ts";
import { maxFileBytes } from "./message-body.ts";
import { messagePayload } from "./message-payloads.ts";
import { channelPayload, memberPayload, userPayload } from "./payloads.ts";
import { may, permissionsIn } from "./permissions.ts";
import type { Service } from "./service.ts";
import { guildOf, need } from "./world.ts";
import type { Channel, StoredMessage } from "./world.ts";

// What a person does with commands, buttons and modals (developers/interactions/receiving-and-responding).

export const interactionTypes = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;

export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly type: number;
  readonly userId: string;
  readonly channel: Channel;
  /** The message whose component was used. */
  readonly message: StoredMessage | undefined;
  readonly commandName: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The first response: its callback type, data and time; undefined until there is one. */
  response: { readonly type: number; readonly data: unknown; readonly at: number } | undefined;
  /** What `@original` stands for. */
  original: StoredMessage | undefined;
  readonly followUps: StoredMessage[];
}

export interface InteractionDraft {
  readonly type: number;
  readonly as: string;
  readonly channel: Channel;
  readonly data: object;
  readonly message?: StoredMessage;
  readonly commandName?: string;
}

export type Interactions = ReturnType<typeof createInteractions>;

export function createInteractions(service: Service) {
  const { world, bot, applicationId } = service;
  const byToken = new Map<string, Interaction>();

  /** Sends INTERACTION_CREATE. @throws DiscordError when this person may not */
  function begin({ type, as, channel, data, message, commandName }: InteractionDraft): Interaction {
    const isSlash = type === interactionTypes.command || type === interactionTypes.autocomplete;
    const needed =
      PermissionFlagsBits.ViewChannel | (isSlash ? PermissionFlagsBits.UseApplicationCommands : 0n);
    if (!may(world, as, channel, needed)) throw refusal("missingAccess");
    if (channel.thread?.archived) throw refusal("archivedThread");
    const guild = guildOf(world, channel);
    if (guild && !guild.members.has(bot.id)) throw refusal("missingAccess");
    const interaction: Interaction = {
      id: world.newId(),
      token: randomBytes(48).toString("base64url"),
      type,
      userId: as,
      channel,
      message,
      commandName,
      at: world.now(),
      response: undefined,
      original: undefined,
      followUps: [],
    };
    byToken.set(interaction.token, interaction);
    const member = guild?.members.get(as);
    const permissions = permissionsIn(world, as, channel).toString();
    const d = {
      id: interaction.id,
      application_id: applicationId,
      type,
      data,
      token: interaction.token,
      version: 1,
      channel_id: channel.id,
      channel: { ...channelPayload(world, channel), permissions },
      ...(guild && { guild_id: guild.id, guild: { id: guild.id, locale: "en-US", features: [] } }),
      ...(guild && { guild_locale: "en-US" }),
      ...(member
        ? { member: { ...memberPayload(world, member), permissions } }
        : { user: userPayload(need(world.users, as, "user")) }),
      ...(message && { message: messagePayload(world, message) }),
      app_permissions: permissionsIn(world, bot.id, channel).toString(),
      locale: "en-US",
      entitlements: [],
      authorizing_integration_owners: { "0": guild?.id ?? "0" },
      context: guild ? 0 : 1,
      attachment_size_limit: maxFileBytes,
    };
    // Not tied to seeing the channel: an app is told of its own interactions wherever it is installed.
    service.emit({ t: "INTERACTION_CREATE", d, ...(guild && { guildId: guild.id }) });
    return interaction;
  }

  return {
    begin,
    byToken: (token: string): Interaction | undefined => byToken.get(token),
    list: (): readonly Interaction[] => [...byToken.values()],
  };
}

/** What a message that answers an interaction says about it. */
export function originOf(service: Service, interaction: Interaction): Partial<APIMessage> {
  const { type, id, userId, message, commandName } = interaction;
  const user = userPayload(need(service.world.users, userId, "user"));
  const metadata = {
    id,
    type,
    user,
    authorizing_integration_owners: { "0": interaction.channel.guildId ?? "0" },
    ...(commandName !== undefined && { name: commandName }),
    ...(message && { interacted_message_id: message.payload.id }),
  };
  return {
    webhook_id: service.applicationId,
    application_id: service.applicationId,
    interaction_metadata: metadata,
  };
}
