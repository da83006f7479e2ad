import type {
  APIDMChannel,
  APIGuild,
  APIGuildMember,
  APIRole,
  APITextChannel,
  APIThreadChannel,
  APIThreadMember,
  APIUser,
} from "discord-api-types/v10";
import { ChannelType } from "discord-api-types/v10";

import { need, isoAt, threadsOf } from "./world.ts";
import type { Channel, Guild, Member, Role, User, World } from "./world.ts";

// What is sent of the world, in the shapes of Discord's reference (developers/resources).

/** No flags: wider than the literal, which no flag type takes. */
const none: number = 0;

export function userPayload(user: User): APIUser {
  return {
    id: user.id,
    username: user.username,
    discriminator: "0",
    global_name: user.globalName,
    avatar: null,
    public_flags: none,
    ...(user.bot && { bot: true }),
  };
}

/** As it goes with a message: without the user. */
export function memberPartPayload(world: World, member: Member): Omit<APIGuildMember, "user"> {
  const timedOut = member.timedOutUntilMs > world.now();
  return {
    nick: member.nick,
    avatar: null,
    banner: null,
    roles: [...member.roles],
    joined_at: member.joinedAt,
    premium_since: null,
    communication_disabled_until: timedOut ? isoAt(member.timedOutUntilMs) : null,
    deaf: false,
    mute: false,
    pending: false,
    flags: none,
  };
}

export function memberPayload(world: World, member: Member): APIGuildMember {
  return { ...memberPartPayload(world, member), user: userPayload(member.user) };
}

export function rolePayload(role: Role): APIRole {
  return {
    id: role.id,
    name: role.name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: role.position,
    permissions: role.permissions.toString(),
    managed: false,
    mentionable: role.mentionable,
    flags: none,
  };
}

export function channelPayload(
  world: World,
  channel: Channel,
): APITextChannel | APIThreadChannel | APIDMChannel {
  if (channel.type === ChannelType.DM) {
    const recipients = channel.recipients.map((id) => userPayload(need(world.users, id, "user")));
    return {
      id: channel.id,
      type: ChannelType.DM,
      flags: none,
      last_message_id: channel.lastMessageId,
      name: null,
      recipients: recipients.filter((user) => user.bot !== true),
    };
  }
  if (channel.thread) return threadPayload(channel);
  return {
    id: channel.id,
    type: channel.type as ChannelType.GuildText,
    guild_id: channel.guildId ?? "",
    name: channel.name,
    topic: channel.topic,
    position: channel.position,
    parent_id: channel.parentId,
    permission_overwrites: [...channel.overwrites.values()].map(({ id, type, allow, deny }) => ({
      id,
      type,
      allow: allow.toString(),
      deny: deny.toString(),
    })),
    nsfw: false,
    flags: none,
    rate_limit_per_user: 0,
    last_message_id: channel.lastMessageId,
  };
}

function threadPayload(channel: Channel): APIThreadChannel {
  const { thread } = channel;
  if (!thread) throw new Error(`${channel.id} is no thread`);
  return {
    id: channel.id,
    type: channel.type as ChannelType.PublicThread,
    guild_id: channel.guildId ?? "",
    parent_id: channel.parentId ?? "",
    name: channel.name,
    owner_id: thread.ownerId,
    last_message_id: channel.lastMessageId,
    message_count: thread.messageCount,
    total_message_sent: thread.messageCount,
    member_count: thread.members.size,
    rate_limit_per_user: 0,
    flags: none,
    applied_tags: [],
    thread_metadata: {
      archived: thread.archived,
      archive_timestamp: thread.archivedAt,
      auto_archive_duration: thread.autoArchiveMinutes,
      locked: thread.locked,
      create_timestamp: thread.createdAt,
      ...(channel.type === ChannelType.PrivateThread && { invitable: thread.invitable }),
    },
  };
}

export function threadMemberPayload(channel: Channel, userId: string): APIThreadMember {
  return {
    id: channel.id,
    user_id: userId,
    join_timestamp: channel.thread?.members.get(userId) ?? "",
    flags: none,
  };
}

export function guildPayload(guild: Guild): APIGuild {
  const plain = {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    region: "us-west",
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    application_id: null,
    vanity_url_code: null,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    nsfw: false,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: "en-US",
    max_members: 500_000,
    max_presences: null,
    max_video_channel_users: 25,
    max_stage_video_channel_users: 50,
    hub_type: null,
    home_header: null,
    latest_onboarding_question_id: null,
    incidents_data: null,
    features: [],
    emojis: [],
    stickers: [],
    roles: [...guild.roles.values()].map(rolePayload),
  };
  return plain as APIGuild;
}

/**
 * GUILD_CREATE. Channels come whether or not the bot sees them, active threads only if it does; without the
 * presences intent the bot itself is the only member in it (developers/events/gateway-events, Guild Create).
 */
export function guildCreatePayload(
  world: World,
  guild: Guild,
  botId: string,
  sees: (channel: Channel) => boolean,
  withMembers: boolean,
): object {
  const channels = [...world.channels.values()].filter(
    (channel) => channel.guildId === guild.id && !channel.thread,
  );
  const threads = threadsOf(world, guild.id).filter((channel) => !channel.thread?.archived && sees(channel));
  const bot = need(guild.members, botId, "member");
  const members = withMembers ? [...guild.members.values()] : [bot];
  return {
    ...guildPayload(guild),
    joined_at: bot.joinedAt,
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    members: members.map((member) => memberPayload(world, member)),
    channels: channels.map((channel) => channelPayload(world, channel)),
    threads: threads.map((channel) => ({
      ...channelPayload(world, channel),
      ...(channel.thread?.members.has(botId) && { member: threadMemberPayload(channel, botId) }),
    })),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
