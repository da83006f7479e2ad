import { ApplicationFlags, GatewayIntentBits as I } from "discord-api-types/v10";

// developers/events/gateway, List of Intents.

export const messageContent = I.MessageContent;
export const privileged = I.GuildMembers | I.GuildPresences | I.MessageContent;
const everyIntent = Object.values(I)
  .filter((bit) => typeof bit === "number")
  .reduce<number>((all, bit) => all | bit, 0);

export type IntentsVerdict = "ok" | "invalid" | "disallowed";

/** `invalid` closes with 4013, `disallowed` (a privileged intent that isn't switched on) with 4014. */
export function judgeIntents(intents: unknown, enabled: number): IntentsVerdict {
  if (typeof intents !== "number" || !Number.isInteger(intents) || (intents & ~everyIntent) !== 0)
    return "invalid";
  return (intents & privileged & ~enabled) === 0 ? "ok" : "disallowed";
}

/** The application's flags for its privileged intents, as of an app in few guilds (developers/resources/application). */
export function appFlags(enabled: number): number {
  const { GatewayPresenceLimited, GatewayGuildMembersLimited, GatewayMessageContentLimited } =
    ApplicationFlags;
  return (
    ((enabled & I.GuildPresences) === 0 ? 0 : GatewayPresenceLimited) |
    ((enabled & I.GuildMembers) === 0 ? 0 : GatewayGuildMembersLimited) |
    ((enabled & I.MessageContent) === 0 ? 0 : GatewayMessageContentLimited)
  );
}

const inGuilds: Readonly<Record<string, number>> = {
  GUILD_CREATE: I.Guilds,
  GUILD_UPDATE: I.Guilds,
  GUILD_DELETE: I.Guilds,
  GUILD_ROLE_CREATE: I.Guilds,
  GUILD_ROLE_UPDATE: I.Guilds,
  GUILD_ROLE_DELETE: I.Guilds,
  CHANNEL_CREATE: I.Guilds,
  CHANNEL_UPDATE: I.Guilds,
  CHANNEL_DELETE: I.Guilds,
  CHANNEL_PINS_UPDATE: I.Guilds,
  THREAD_CREATE: I.Guilds,
  THREAD_UPDATE: I.Guilds,
  THREAD_DELETE: I.Guilds,
  THREAD_LIST_SYNC: I.Guilds,
  THREAD_MEMBER_UPDATE: I.Guilds,
  /** Of others; of itself a bot is told always. */
  THREAD_MEMBERS_UPDATE: I.GuildMembers,
  STAGE_INSTANCE_CREATE: I.Guilds,
  STAGE_INSTANCE_UPDATE: I.Guilds,
  STAGE_INSTANCE_DELETE: I.Guilds,
  VOICE_CHANNEL_STATUS_UPDATE: I.Guilds,
  GUILD_MEMBER_ADD: I.GuildMembers,
  GUILD_MEMBER_UPDATE: I.GuildMembers,
  GUILD_MEMBER_REMOVE: I.GuildMembers,
  GUILD_AUDIT_LOG_ENTRY_CREATE: I.GuildModeration,
  GUILD_BAN_ADD: I.GuildModeration,
  GUILD_BAN_REMOVE: I.GuildModeration,
  GUILD_EMOJIS_UPDATE: I.GuildExpressions,
  GUILD_STICKERS_UPDATE: I.GuildExpressions,
  GUILD_INTEGRATIONS_UPDATE: I.GuildIntegrations,
  INTEGRATION_CREATE: I.GuildIntegrations,
  INTEGRATION_UPDATE: I.GuildIntegrations,
  INTEGRATION_DELETE: I.GuildIntegrations,
  WEBHOOKS_UPDATE: I.GuildWebhooks,
  INVITE_CREATE: I.GuildInvites,
  INVITE_DELETE: I.GuildInvites,
  VOICE_STATE_UPDATE: I.GuildVoiceStates,
  VOICE_CHANNEL_EFFECT_SEND: I.GuildVoiceStates,
  PRESENCE_UPDATE: I.GuildPresences,
  MESSAGE_CREATE: I.GuildMessages,
  MESSAGE_UPDATE: I.GuildMessages,
  MESSAGE_DELETE: I.GuildMessages,
  MESSAGE_DELETE_BULK: I.GuildMessages,
  MESSAGE_REACTION_ADD: I.GuildMessageReactions,
  MESSAGE_REACTION_REMOVE: I.GuildMessageReactions,
  MESSAGE_REACTION_REMOVE_ALL: I.GuildMessageReactions,
  MESSAGE_REACTION_REMOVE_EMOJI: I.GuildMessageReactions,
  TYPING_START: I.GuildMessageTyping,
  MESSAGE_POLL_VOTE_ADD: I.GuildMessagePolls,
  MESSAGE_POLL_VOTE_REMOVE: I.GuildMessagePolls,
};

const inDms: Readonly<Record<string, number>> = {
  CHANNEL_PINS_UPDATE: I.DirectMessages,
  MESSAGE_CREATE: I.DirectMessages,
  MESSAGE_UPDATE: I.DirectMessages,
  MESSAGE_DELETE: I.DirectMessages,
  MESSAGE_REACTION_ADD: I.DirectMessageReactions,
  MESSAGE_REACTION_REMOVE: I.DirectMessageReactions,
  MESSAGE_REACTION_REMOVE_ALL: I.DirectMessageReactions,
  MESSAGE_REACTION_REMOVE_EMOJI: I.DirectMessageReactions,
  TYPING_START: I.DirectMessageTyping,
  MESSAGE_POLL_VOTE_ADD: I.DirectMessagePolls,
  MESSAGE_POLL_VOTE_REMOVE: I.DirectMessagePolls,
};

/** Whether these intents ask for an event; what no intent stands for is sent always. */
export function asksFor(intents: number, event: string, isInGuild: boolean): boolean {
  const needed = (isInGuild ? inGuilds : inDms)[event];
  return needed === undefined || (intents & needed) === needed;
}
