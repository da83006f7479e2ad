import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";

import { deafen } from "../deafen.ts";
import { createGatewayEvents } from "./gateway-events.ts";
import { GatewaySession, sendPayload } from "./gateway-session.ts";
import { judgeIntents } from "./intents.ts";
import type { GatewayEvent, Service } from "./service.ts";
import { createSessionStarts } from "./session-starts.ts";
import type { SessionStartOptions } from "./session-starts.ts";

export interface GatewayOptions {
  readonly token: () => string;
  /** The privileged intents that are switched on for the app. */
  readonly enabledIntents: () => number;
  readonly heartbeatIntervalMs: number;
  /** How long a session without a socket can be resumed. */
  readonly resumeWindowMs: number;
  readonly sessionStarts: SessionStartOptions;
  readonly resumeUrl: () => string;
}

export interface HeardHeartbeat {
  readonly session: string | undefined;
  /** The last sequence number that the client has seen. */
  readonly seq: number | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const maxPayloadBytes = 4_096;
/** Payloads that a client may send in a minute. */
const sendLimit = { count: 120, windowMs: 60_000 };

/** The WebSocket half of the server (developers/events/gateway). */
export function createGateway(service: Service, options: GatewayOptions) {
  const { world } = service;
  const sockets = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, GatewaySession>();
  const heartbeats: HeardHeartbeat[] = [];
  const identifies: Record<string, unknown>[] = [];
  const attempts: number[] = [];
  const connections = new Map<WebSocket, Duplex>();
  const starts = createSessionStarts(options.sessionStarts, world.now);
  const events = createGatewayEvents(service, options.resumeUrl);
  let acks = true;
  let refusing = false;

  function connect(socket: WebSocket, query: URLSearchParams): void {
    if (query.get("v") !== "10") return socket.close(4012, "Invalid API version");
    if ((query.get("encoding") ?? "json") !== "json" || query.has("compress")) {
      return socket.close(4002, "This server speaks JSON without transport compression.");
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
      events.welcome(session);
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

    function hear(payload: { readonly op: number; readonly d: unknown }): void {
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
          return events.sendMembers(session, d);
        default:
          return socket.close(4001, "Unknown opcode.");
      }
    }

    socket.on("message", (data: Buffer, isBinary) => {
      received = [...received.filter((at) => at > world.now() - sendLimit.windowMs), world.now()];
      if (received.length > sendLimit.count) return socket.close(4008, "You are being rate limited.");
      const payload = isBinary || data.length > maxPayloadBytes ? undefined : parse(data);
      return payload ? hear(payload) : socket.close(4002, "Error while decoding payload.");
    });
    socket.on("error", () => undefined);
    socket.on("close", (code) => {
      clearTimeout(silence);
      session?.detach(socket, world.now());
      // A client that leaves with 1000 or 1001 ends its session (developers/events/gateway, Disconnecting).
      if (session && (code === 1000 || code === 1001) && !session.socket) sessions.delete(session.id);
    });
  }

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      attempts.push(world.now());
      if (refusing) {
        socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        return;
      }
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      sockets.handleUpgrade(request, socket, head, (accepted) => {
        connections.set(accepted, socket);
        accepted.on("close", () => connections.delete(accepted));
        connect(accepted, url.searchParams);
      });
    },
    emit(event: GatewayEvent): void {
      for (const session of sessions.values()) events.tell(session, event);
    },
    sessions: sessions as ReadonlyMap<string, GatewaySession>,
    heartbeats: heartbeats as readonly HeardHeartbeat[],
    identifies: identifies as readonly Readonly<Record<string, unknown>>[],
    /** When somebody asked for a connection, refused ones too. */
    attempts: attempts as readonly number[],
    starts,
    connections: () => sockets.clients.size,
    forget: (id: string) => sessions.delete(id),
    acknowledge(on: boolean): void {
      acks = on;
    },
    refuse(on: boolean): void {
      refusing = on;
    },
    deafen(): void {
      for (const connection of connections.values()) deafen(connection);
    },
    eachSocket(act: (socket: WebSocket) => void): void {
      for (const socket of sockets.clients) act(socket);
    },
  };
}

export type Gateway = ReturnType<typeof createGateway>;

function parse(data: Buffer): { readonly op: number; readonly d: unknown } | undefined {
  try {
    const payload = JSON.parse(data.toString()) as { op: number; d: unknown } | null;
    return typeof payload?.op === "number" ? payload : undefined;
  } catch {
    return undefined;
  }
}
