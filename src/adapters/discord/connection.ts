import { setTimeout as sleep } from "node:timers/promises";

import { GatewayCloseCodes } from "discord-api-types/v10";
import { Client, DiscordjsErrorCodes, Events, Options } from "discord.js";

import type { Logger, PartHealth } from "../../core/ports.ts";
import { createReadiness } from "../../core/readiness.ts";
import { intents } from "./manifest.ts";
import type { Packet } from "./parse.ts";
import { atMost, createShardKeeper } from "./shards.ts";
import type { ShardKeeper } from "./shards.ts";

export interface Connection {
  /** The client that is connected, or connecting; its caches are empty until it is ready. */
  client(): Client | undefined;
  /** Known with the first session. */
  applicationId(): string | undefined;
  /** Begins to connect, for as long as it takes. */
  start(handlers: ConnectionHandlers): void;
  /** @throws AppError `platform_unreachable`, `aborted` */
  ready(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  health(): PartHealth;
  /** REST says that the token is no longer accepted. */
  refuseToken(): void;
}

export interface ConnectionHandlers {
  readonly onPacket: (packet: Packet) => void;
  /** Each new session: what was sent before it is missed. */
  readonly onGap: () => void;
  /** Something changed in who may read what, and discord.js knows of it. */
  readonly onAccessChange: (guild: string) => void;
}

const firstDelayMs = 1_000;
const maxDelayMs = 60_000;
/** For the other side to answer a close. */
const closeMs = 2_000;

const connected = "Connected to Discord.";
const badToken =
  "Discord refuses the token: reset it at https://discord.com/developers/applications (Bot, Reset Token) and set DISCORD_TOKEN.";
const missingIntent =
  "Discord refuses the message content intent: switch on Message Content Intent at https://discord.com/developers/applications (Bot, Privileged Gateway Intents) and start Parley again.";
const refusals: Readonly<Record<number, string>> = {
  [GatewayCloseCodes.AuthenticationFailed]: badToken,
  [GatewayCloseCodes.DisallowedIntents]: missingIntent,
};

/** What changes who may read what, as far as Discord tells it without the members intent. */
const accessPackets = new Set([
  "CHANNEL_CREATE",
  "CHANNEL_DELETE",
  "CHANNEL_UPDATE",
  "GUILD_CREATE",
  "GUILD_DELETE",
  "GUILD_MEMBER_ADD",
  "GUILD_MEMBER_REMOVE",
  "GUILD_MEMBER_UPDATE",
  "GUILD_ROLE_CREATE",
  "GUILD_ROLE_DELETE",
  "GUILD_ROLE_UPDATE",
  "GUILD_UPDATE",
  "THREAD_DELETE",
  "THREAD_LIST_SYNC",
  "THREAD_MEMBERS_UPDATE",
]);

/** What Parley reads itself; discord.js makes no structures of it and keeps none. */
const ownPackets = new Set([
  "MESSAGE_CREATE",
  "MESSAGE_UPDATE",
  "MESSAGE_DELETE",
  "MESSAGE_DELETE_BULK",
  "MESSAGE_REACTION_ADD",
  "MESSAGE_REACTION_REMOVE",
  "INTERACTION_CREATE",
]);

/**
 * discord.js's client: it identifies, resumes, and keeps guilds, channels and roles. Messages are read from the packets as
 * Discord documents them and not from discord.js's structures: it drops direct messages and edits of what it has not
 * cached, and shows a repeated message once, which is the inbox's to decide; and the same parser reads what REST answers.
 */
export function createConnection(options: {
  readonly token: string;
  readonly apiUrl: string;
  readonly log: Logger;
}): Connection {
  const { token, apiUrl, log } = options;
  const stopping = new AbortController();
  const readiness = createReadiness();
  let client: Client | undefined;
  let shards: ShardKeeper | undefined;
  let running: Promise<void> | undefined;
  let health: PartHealth = { ok: false, detail: "Connecting to Discord." };

  function makeClient({ onPacket, onGap, onAccessChange }: ConnectionHandlers): Client {
    const tellAccess = ({ t, d }: Packet) => {
      const { id, guild_id: guild } = d as { readonly id?: unknown; readonly guild_id?: unknown };
      const named = t === "GUILD_CREATE" || t === "GUILD_UPDATE" || t === "GUILD_DELETE" ? id : guild;
      // discord.js hears of the packet first, and takes it in after.
      if (typeof named === "string") queueMicrotask(() => onAccessChange(named));
    };
    const keeper = createShardKeeper();
    shards = keeper;
    const made: Client = new Client({
      intents,
      shards: "auto",
      rest: { api: apiUrl },
      ws: { buildStrategy: keeper.buildStrategy },
      // Guilds, channels, roles and overwrites are needed; people and messages are not kept.
      makeCache: Options.cacheWithLimits({
        ...nothing,
        GuildMemberManager: { maxSize: 0, keepOverLimit: (member) => member.id === made.user?.id },
        UserManager: { maxSize: 0, keepOverLimit: (user) => user.id === made.user?.id },
      }),
      allowedMentions: { parse: [], repliedUser: false },
    });
    made.on(Events.Raw, (packet: Packet & { t: string }) => {
      if (accessPackets.has(packet.t)) tellAccess(packet);
      if (!ownPackets.has(packet.t)) return;
      onPacket({ t: packet.t, d: packet.d });
      // discord.js goes on with the same object: without a name it does nothing about it.
      packet.t = "";
    });
    const beginSession = () => {
      readiness.begin();
      say(true, connected);
      onGap();
    };
    made.on(Events.ClientReady, beginSession);
    made.on(Events.ShardReady, () => {
      if (made.isReady()) beginSession();
    });
    // What was sent meanwhile is sent again.
    made.on(Events.ShardResume, () => say(true, connected));
    made.on(Events.ShardReconnecting, () =>
      say(false, "The connection to Discord is down; connecting again."),
    );
    made.on(Events.ShardDisconnect, ({ code }) => {
      const refusal = refusals[code];
      say(false, refusal ?? `Discord closed the connection for good (code ${code}); start Parley again.`);
    });
    made.on(Events.ShardError, (error) => log.warn({ error: error.message }, "Discord's gateway failed"));
    made.on(Events.Error, (error) => log.warn({ error: error.message }, "discord.js failed"));
    return made;
  }

  function say(ok: boolean, detail: string): void {
    if (health.detail === detail || stopping.signal.aborted) return;
    health = { ok, detail };
    if (ok) log.info({}, detail);
    else log.warn({}, detail);
  }

  async function connect(handlers: ConnectionHandlers): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      client = makeClient(handlers);
      try {
        await client.login(token);
        return;
      } catch (error) {
        await shards?.end();
        await atMost(closeMs, client.destroy());
        const refusal = refusalOf(error, health);
        if (refusal !== undefined) return say(false, refusal);
        const delayMs = Math.min(firstDelayMs * 2 ** failures, maxDelayMs) * (0.5 + Math.random() / 2);
        say(false, "Discord cannot be reached; trying again.");
        log.debug({ error: String(error), delayMs }, "the login at Discord failed");
        await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  return {
    client: () => client,
    applicationId: () => client?.application?.id,
    start(handlers) {
      running ??= connect(handlers).catch((error: unknown) => {
        say(false, "The connection to Discord ended unexpectedly; start Parley again.");
        log.error({ error: String(error) }, "the connection to Discord ended unexpectedly");
      });
    },
    async stop() {
      if (stopping.signal.aborted) return;
      stopping.abort();
      await shards?.end();
      if (client) await atMost(closeMs, client.destroy());
      health = { ok: false, detail: "Parley has left Discord." };
    },
    health: () => health,
    ready: readiness.wait,
    refuseToken: () => say(false, badToken),
  };
}

/** What discord.js would keep and nobody reads. */
const nothing = {
  ApplicationCommandManager: 0,
  ApplicationEmojiManager: 0,
  AutoModerationRuleManager: 0,
  DMMessageManager: 0,
  EntitlementManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildInviteManager: 0,
  GuildMessageManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  ThreadMemberManager: 0,
  VoiceStateManager: 0,
} as const;

/** Why another attempt would be refused too. */
function refusalOf(error: unknown, { detail }: PartHealth): string | undefined {
  if ((error as { readonly code?: unknown }).code === DiscordjsErrorCodes.TokenInvalid) return badToken;
  // The close code came just before the error that it became.
  return Object.values(refusals).find((refusal) => refusal === detail);
}
