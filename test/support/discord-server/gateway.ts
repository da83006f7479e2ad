import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";

import { GatewaySession, sendPayload } from "./gateway-session.ts";
import { asksFor, judgeIntents, messageContent } from "./intents.ts";
import { createSessionStarts } from "./session-starts.ts";
import type { SessionStartOptions } from "./session-starts.ts";
import { guildCreatePayload, memberPayload, userPayload, withoutContent } from "./payloads.ts";
import { maySee } from "./permissions.ts";
import type { GatewayEvent, Service } from "./service.ts";

export interface GatewayOptions {
  readonly token: () => string;
  /** The privileged intents that are switched on for the app. */
  readonly enabledIntents: () => number;
  readonly heartbeatIntervalMs: number;
  /** How long a session without a socket can be resumed. */
  readonly resumeWindowMs: number;
  readonly sessionStarts: SessionStartOptions;
  readonly url: () => string;
}

export interface HeardHeartbeat {
  readonly session: string | undefined;
  readonly seq: number | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const maxPayloadBytes = 4_096;
/** Payloads that a client may send in a minute. */
const sendLimit = { count: 120, windowMs: 60_000 };

/** The WebSocket half of the server (developers/events/gateway). */
export function createGateway(service: Service, options: GatewayOptions) {
  const { world, bot } = service;
  const sockets = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, GatewaySession>();
  const heartbeats: HeardHeartbeat[] = [];
  const identifies: object[] = [];
  const starts = createSessionStarts(options.sessionStarts, world.now);
  let acks = true;
  let refusing = false;

  function connect(socket: WebSocket, query: URLSearchParams): void {
    if (query.get("v") !== "10") return socket.close(4012, "Invalid API version");
    if ((query.get("encoding") ?? "json") !== "json" || query.has("compress")) {
      return socket.close(4002, "This server speaks uncompressed JSON.");
    }
    let session: GatewaySession | undefined;
    let received: number[] = [];
    const silence = setTimeout(
      () => socket.close(4009, "Session timed out"),
      options.heartbeatIntervalMs * 2,
    );
    silence.unref();
    sendPayload(socket, { op: 10, d: { heartbeat_interval: options.heartbeatIntervalMs, _trace: [] } });

    function identify(d: Record<string, unknown>): void {
      if (session) return socket.close(4005, "Already authenticated.");
      identifies.push(d);
      if (d["token"] !== options.token()) return socket.close(4004, "Authentication failed.");
      const verdict = judgeIntents(d["intents"], options.enabledIntents());
      if (verdict === "invalid") return socket.close(4013, "Invalid intent(s).");
      if (verdict === "disallowed") return socket.close(4014, "Disallowed intent(s).");
      const shard = (d["shard"] as [number, number] | undefined) ?? [0, 1];
      if (shard[0] >= shard[1] || shard[0] < 0) return socket.close(4010, "Invalid shard.");
      if (!starts.take()) return sendPayload(socket, { op: 9, d: false });
      session = new GatewaySession(world.newId(), Number(d["intents"]), shard, d["compress"] === true);
      sessions.set(session.id, session);
      session.attach(socket);
      welcome(session);
    }

    function resume(d: Record<string, unknown>): void {
      if (session) return socket.close(4005, "Already authenticated.");
      if (d["token"] !== options.token()) return socket.close(4004, "Authentication failed.");
      const found = sessions.get(String(d["session_id"]));
      const isLate = found?.leftAt !== undefined && world.now() - found.leftAt > options.resumeWindowMs;
      if (!found || isLate) return sendPayload(socket, { op: 9, d: false });
      const seq = Number(d["seq"]);
      if (!(seq <= found.seq)) return socket.close(4007, "Invalid seq.");
      const other = found.socket;
      session = found;
      session.attach(socket);
      other?.close(4000, "Resumed elsewhere.");
      session.replay(seq);
      session.dispatch("RESUMED", { _trace: [] }, world.now());
    }

    socket.on("message", (data: Buffer, isBinary) => {
      received = [...received.filter((at) => at > world.now() - sendLimit.windowMs), world.now()];
      if (received.length > sendLimit.count) return socket.close(4008, "You are being rate limited.");
      const payload = isBinary || data.length > maxPayloadBytes ? undefined : parse(data);
      if (!payload) return socket.close(4002, "Error while decoding payload.");
      const d = payload.d as Record<string, unknown>;
      switch (payload.op) {
        case 1:
          silence.refresh();
          heartbeats.push({ session: session?.id, seq: payload.d as number | null, at: world.now() });
          if (session) session.confirmedSeq = Number(payload.d ?? 0);
          if (acks) sendPayload(socket, { op: 11 }, session?.compress);
          return;
        case 2:
          return identify(d);
        case 6:
          return resume(d);
        case 3:
        case 4:
          if (!session) socket.close(4003, "Not authenticated.");
          return;
        case 8:
          if (!session) return socket.close(4003, "Not authenticated.");
          return sendMembers(session, d);
        default:
          return socket.close(4001, "Unknown opcode.");
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", (code) => {
      clearTimeout(silence);
      session?.detach(socket, world.now());
      // A client that leaves with 1000 or 1001 ends its session (developers/events/gateway, Disconnecting).
      if (session && (code === 1000 || code === 1001) && !session.socket) sessions.delete(session.id);
    });
  }

  function welcome(session: GatewaySession): void {
    const guilds = guildsOf(session);
    const ready = {
      v: 10,
      user: { ...userPayload(bot), verified: true, mfa_enabled: false, email: null, flags: 0 },
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: options.url(),
      shard: session.shard,
      application: { id: service.applicationId, flags: 0 },
      session_type: "normal",
      private_channels: [],
      _trace: [],
    };
    session.dispatch("READY", ready, world.now());
    for (const guild of guilds) {
      if (!guild.unavailable) tell(session, { t: "GUILD_CREATE", d: { id: guild.id }, guildId: guild.id });
    }
  }

  function guildsOf(session: GatewaySession) {
    return [...world.guilds.values()].filter((guild) => {
      return guild.members.has(bot.id) && isOnShard(session, guild.id);
    });
  }

  function tell(session: GatewaySession, event: GatewayEvent): void {
    const guildId = event.channel?.guildId ?? event.guildId;
    const isDm = event.channel !== undefined && guildId === undefined;
    if (!isOnShard(session, guildId) || !asksFor(session.intents, event.t, !isDm)) return;
    if (event.channel && !maySee(world, bot.id, event.channel)) return;
    session.dispatch(event.t, adapt(session, event, isDm), world.now());
  }

  /** The same event as this session may read it. */
  function adapt(session: GatewaySession, event: GatewayEvent, isDm: boolean): object {
    const guild = event.t === "GUILD_CREATE" ? world.guilds.get(event.guildId ?? "") : undefined;
    const hasPresences = asksFor(session.intents, "PRESENCE_UPDATE", true);
    const sees = (channel: Parameters<typeof maySee>[2]) => maySee(world, bot.id, channel);
    if (guild) return guildCreatePayload(world, guild, bot.id, sees, hasPresences);
    const readsContent = (session.intents & messageContent) !== 0;
    return event.isMessage && !readsContent ? withoutContent(event.d, bot.id, isDm) : event.d;
  }

  function sendMembers(session: GatewaySession, d: Record<string, unknown>): void {
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
  }

  const open = () => [...sessions.values()].filter((session) => session.socket);
  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      if (refusing) {
        socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        return;
      }
      sockets.handleUpgrade(request, socket, head, (accepted) => connect(accepted, url.searchParams));
    },
    emit(event: GatewayEvent): void {
      for (const session of sessions.values()) tell(session, event);
    },
    /** Any payload, to every session, whatever its intents. */
    dispatchRaw(t: string, d: object): void {
      for (const session of sessions.values()) session.dispatch(t, d, world.now());
    },
    get sessions(): readonly GatewaySession[] {
      return [...sessions.values()];
    },
    heartbeats: heartbeats as readonly HeardHeartbeat[],
    identifies: identifies as readonly object[],
    starts,
    acknowledge(on: boolean): void {
      acks = on;
    },
    refuseConnections(on: boolean): void {
      refusing = on;
    },
    /** Op 7: the client is to come back and resume. */
    askToReconnect(): void {
      for (const { socket } of open()) if (socket) sendPayload(socket, { op: 7, d: null });
    },
    /** Op 9. What cannot be resumed is forgotten. */
    invalidate(resumable: boolean): void {
      for (const session of open()) {
        if (session.socket) sendPayload(session.socket, { op: 9, d: resumable });
        if (!resumable) sessions.delete(session.id);
      }
    },
    /** Op 1: asks for a heartbeat at once. */
    askForHeartbeat(): void {
      for (const { socket } of open()) if (socket) sendPayload(socket, { op: 1, d: null });
    },
    forgetSessions(): void {
      sessions.clear();
    },
    /** Without a code the connections are cut as by a network that fails. */
    closeSockets(code?: number): void {
      for (const socket of sockets.clients) {
        if (code === undefined) socket.terminate();
        else socket.close(code);
      }
    },
  };
}

export type Gateway = ReturnType<typeof createGateway>;

/** Guilds are spread over shards by their id, DMs are on shard 0 (developers/events/gateway, Sharding). */
function isOnShard({ shard: [index, count] }: GatewaySession, guildId: string | undefined): boolean {
  return guildId === undefined ? index === 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)) === index;
}

function parse(data: Buffer): { op: number; d: unknown } | undefined {
  try {
    const payload = JSON.parse(data.toString()) as { op: number; d: unknown } | null;
    return typeof payload?.op === "number" ? payload : undefined;
  } catch {
    return undefined;
  }
}
