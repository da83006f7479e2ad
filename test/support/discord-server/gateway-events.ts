import type { GatewaySession } from "./gateway-session.ts";
import { asksFor, messageContent } from "./intents.ts";
import { withoutContent } from "./message-payloads.ts";
import { guildCreatePayload, memberPayload, userPayload } from "./payloads.ts";
import { maySee } from "./permissions.ts";
import type { GatewayEvent, Service } from "./service.ts";
import type { Channel } from "./world.ts";

/** Which session is told of what, and in which words (developers/events/gateway-events). */
export function createGatewayEvents(service: Service, url: () => string) {
  const { world, bot } = service;

  function tell(session: GatewaySession, event: GatewayEvent): void {
    const guildId = event.channel?.guildId ?? event.guildId;
    const isDm = event.channel !== undefined && guildId === undefined;
    if (!isOnShard(session, guildId)) return;
    if (!event.always && !asksFor(session.intents, event.t, !isDm)) return;
    if (event.channel && !maySee(world, bot.id, event.channel)) return;
    session.dispatch(event.t, adapt(session, event, isDm), world.now());
  }

  /** The same event as this session may read it. */
  function adapt(session: GatewaySession, event: GatewayEvent, isDm: boolean): object {
    const guild = event.t === "GUILD_CREATE" ? world.guilds.get(event.guildId ?? "") : undefined;
    const hasPresences = asksFor(session.intents, "PRESENCE_UPDATE", true);
    const sees = (channel: Channel) => maySee(world, bot.id, channel);
    if (guild) return guildCreatePayload(world, guild, bot.id, sees, hasPresences);
    const readsContent = (session.intents & messageContent) !== 0;
    return event.isMessage && !readsContent ? withoutContent(event.d, bot.id, isDm) : event.d;
  }

  return {
    tell,
    /** READY, and then each guild as it becomes available. */
    welcome(session: GatewaySession): void {
      const guilds = [...world.guilds.values()].filter(
        (guild) => guild.members.has(bot.id) && isOnShard(session, guild.id),
      );
      const ready = {
        v: 10,
        user: { ...userPayload(bot), verified: true, mfa_enabled: false, email: null, flags: 0 },
        guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
        session_id: session.id,
        resume_gateway_url: url(),
        shard: session.shard,
        application: { id: service.applicationId, flags: 0 },
        session_type: "normal",
        private_channels: [],
        _trace: [],
      };
      session.dispatch("READY", ready, world.now());
      for (const guild of guilds) {
        const { id, unavailable } = guild;
        if (unavailable) tell(session, { t: "GUILD_DELETE", d: { id, unavailable }, guildId: id });
        else tell(session, { t: "GUILD_CREATE", d: {}, guildId: id });
      }
    },
    /** Answers Request Guild Members. */
    sendMembers(session: GatewaySession, d: Record<string, unknown>): void {
      const guild = world.guilds.get(String(d["guild_id"]));
      if (!guild) return;
      const ids = d["user_ids"] === undefined ? undefined : [d["user_ids"]].flat().map(String);
      const query = String(d["query"] ?? "").toLowerCase();
      const members = [...guild.members.values()].filter(({ user }) =>
        ids ? ids.includes(user.id) : user.username.toLowerCase().startsWith(query),
      );
      const chunk = {
        guild_id: guild.id,
        members: members.map((member) => memberPayload(world, member)),
        chunk_index: 0,
        chunk_count: 1,
        not_found: ids?.filter((id) => !guild.members.has(id)) ?? [],
        ...(d["nonce"] !== undefined && { nonce: d["nonce"] }),
      };
      session.dispatch("GUILD_MEMBERS_CHUNK", chunk, world.now());
    },
  };
}

/** Guilds are spread over shards by their id, DMs are on shard 0 (developers/events/gateway, Sharding). */
function isOnShard({ shard: [index, count] }: GatewaySession, guildId: string | undefined): boolean {
  return guildId === undefined ? index === 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)) === index;
}
