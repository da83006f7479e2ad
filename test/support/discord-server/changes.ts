import { channelPayload, memberPayload, rolePayload, threadMemberPayload } from "./payloads.ts";
import { maySee } from "./permissions.ts";
import { addChannel, addGuild, addMember, addRole, addUser, setOverwrite } from "./seeded-world.ts";
import type { ChannelDraft, OverwriteDraft } from "./seeded-world.ts";
import type { Service } from "./service.ts";
import { removeChannel, threadsIn } from "./threads.ts";
import { need } from "./world.ts";
import type { Guild } from "./world.ts";

/** What administrators and Discord itself change; bots are told. Everything is named by id. */
export interface Changes {
  addPerson(name: string, options?: { readonly bot?: boolean; readonly displayName?: string }): string;
  /** A guild with the bot in it. */
  addGuild(name: string, owner: string): string;
  addChannel(guild: string, draft: ChannelDraft): string;
  removeChannel(channel: string): void;
  addRole(guild: string, name: string, permissions: bigint): string;
  setRolePermissions(guild: string, role: string, permissions: bigint): void;
  addMember(guild: string, person: string, roles?: readonly string[]): void;
  removeMember(guild: string, person: string): void;
  setRoles(guild: string, person: string, roles: readonly string[]): void;
  /** Until then (milliseconds since the epoch) this member may only read. */
  timeOut(guild: string, person: string, untilMs: number): void;
  setOverwrite(channel: string, overwrite: OverwriteDraft): void;
  closeDms(person: string, closed: boolean): void;
  /** An outage of one guild begins or ends. */
  setUnavailable(guild: string, unavailable: boolean): void;
}

export function createChanges(service: Service): Changes {
  const { world, bot, emit } = service;
  const guildOf = (id: string) => need(world.guilds, id, "guild");

  function updateMember(guild: Guild, person: string): void {
    const member = need(guild.members, person, "member");
    const d = { guild_id: guild.id, ...memberPayload(world, member) };
    // Of itself a bot is told whatever its intents (developers/events/gateway, Guild Member Update).
    emit({ t: "GUILD_MEMBER_UPDATE", d, guildId: guild.id, always: person === bot.id });
  }

  return {
    addPerson: (name, { bot: isBot = false, displayName } = {}) =>
      addUser(world, name, { bot: isBot, displayName: displayName ?? null }).id,
    addGuild(name, owner) {
      const guild = addGuild(world, name, owner);
      addMember(world, guild, bot.id, []);
      emit({ t: "GUILD_CREATE", d: {}, guildId: guild.id });
      return guild.id;
    },
    addChannel(guild, draft) {
      const channel = addChannel(world, guildOf(guild), draft);
      emit({ t: "CHANNEL_CREATE", d: channelPayload(world, channel), guildId: guild });
      return channel.id;
    },
    removeChannel: (channel) => removeChannel(service, need(world.channels, channel, "channel")),
    addRole(guild, name, permissions) {
      const role = addRole(world, guildOf(guild), name, permissions);
      emit({ t: "GUILD_ROLE_CREATE", d: { guild_id: guild, role: rolePayload(role) }, guildId: guild });
      return role.id;
    },
    setRolePermissions(guild, id, permissions) {
      const role = need(guildOf(guild).roles, id, "role");
      role.permissions = permissions;
      emit({ t: "GUILD_ROLE_UPDATE", d: { guild_id: guild, role: rolePayload(role) }, guildId: guild });
    },
    addMember(guild, person, roles = []) {
      const member = addMember(world, guildOf(guild), person, roles);
      if (person === bot.id) emit({ t: "GUILD_CREATE", d: {}, guildId: guild });
      else
        emit({
          t: "GUILD_MEMBER_ADD",
          d: { guild_id: guild, ...memberPayload(world, member) },
          guildId: guild,
        });
    },
    removeMember(guild, person) {
      const member = need(guildOf(guild).members, person, "member");
      guildOf(guild).members.delete(person);
      for (const channel of world.channels.values()) {
        if (channel.guildId === guild) channel.thread?.members.delete(person);
      }
      if (person === bot.id) return emit({ t: "GUILD_DELETE", d: { id: guild }, guildId: guild });
      const { user } = memberPayload(world, member);
      emit({ t: "GUILD_MEMBER_REMOVE", d: { guild_id: guild, user }, guildId: guild });
    },
    setRoles(guild, person, roles) {
      const member = need(guildOf(guild).members, person, "member");
      member.roles.clear();
      for (const role of roles) member.roles.add(role);
      updateMember(guildOf(guild), person);
    },
    timeOut(guild, person, untilMs) {
      need(guildOf(guild).members, person, "member").timedOutUntilMs = untilMs;
      updateMember(guildOf(guild), person);
    },
    setOverwrite(id, overwrite) {
      const channel = need(world.channels, id, "channel");
      const couldSee = maySee(world, bot.id, channel);
      setOverwrite(channel, overwrite);
      const guild = channel.guildId ?? "";
      emit({ t: "CHANNEL_UPDATE", d: channelPayload(world, channel), guildId: guild });
      if (couldSee || !maySee(world, bot.id, channel)) return;
      // A channel that comes into sight brings its active threads (developers/topics/threads, Gaining Access).
      const threads = threadsIn(world, id).filter(
        (thread) => !thread.thread?.archived && maySee(world, bot.id, thread),
      );
      const d = {
        guild_id: guild,
        channel_ids: [id],
        threads: threads.map((thread) => channelPayload(world, thread)),
        members: threads
          .filter((thread) => thread.thread?.members.has(bot.id))
          .map((thread) => threadMemberPayload(thread, bot.id)),
      };
      emit({ t: "THREAD_LIST_SYNC", d, guildId: guild });
    },
    closeDms(person, closed) {
      need(world.users, person, "user").dmsClosed = closed;
    },
    setUnavailable(id, unavailable) {
      guildOf(id).unavailable = unavailable;
      if (unavailable) emit({ t: "GUILD_DELETE", d: { id, unavailable }, guildId: id });
      else emit({ t: "GUILD_CREATE", d: {}, guildId: id });
    },
  };
}
