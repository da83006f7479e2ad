import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";

import { deafen } from "../deafen.ts";
import type { Receipt, Shipment, Transport } from "./delivery.ts";

/** As in the `reason` of a `disconnect` frame (docs.slack.dev/apis/events-api/using-socket-mode, Disconnecting). */
export type DisconnectReason = "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets";

export interface SocketOptions {
  readonly appId: string;
  readonly url: () => string;
  readonly ackTimeoutMs: number;
  readonly pingIntervalMs: number;
}

/** Slack keeps at most so many per app. */
const maxSockets = 10;
const ticketLifeMs = 30_000;

interface OpenSocket {
  readonly socket: WebSocket;
  readonly connection: Duplex;
}

interface Pending {
  readonly settle: (receipt: Receipt) => void;
}

/** The Socket Mode half of the server: tickets, sockets, acks. */
export function createSockets(options: SocketOptions) {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, number>();
  const sockets: OpenSocket[] = [];
  const pending = new Map<string, Pending>();
  const strayFrames: string[] = [];
  let refusals: { status: number; left: number } = { status: 503, left: 0 };
  let turn = 0;

  const send = (socket: WebSocket, frame: object) => socket.send(JSON.stringify(frame));
  const debugInfo = () => ({ host: "applink-local", build_number: 1 });

  function accept(socket: WebSocket, connection: Duplex): void {
    if (sockets.length >= maxSockets) {
      send(socket, { type: "disconnect", reason: "too_many_websockets", debug_info: debugInfo() });
      socket.close();
      return;
    }
    const open: OpenSocket = { socket, connection };
    sockets.push(open);
    const pings = setInterval(
      () => socket.ping(`Ping from local (${Date.now()})`),
      options.pingIntervalMs,
    ).unref();
    socket.on("message", (data) => take(String(data)));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearInterval(pings);
      sockets.splice(sockets.indexOf(open), 1);
    });
    send(socket, {
      type: "hello",
      num_connections: sockets.length,
      debug_info: { ...debugInfo(), approximate_connection_time: 18_060 },
      connection_info: { app_id: options.appId },
    });
  }

  function take(text: string): void {
    try {
      const frame = JSON.parse(text) as { envelope_id?: unknown; payload?: unknown };
      const id = typeof frame.envelope_id === "string" ? frame.envelope_id : "";
      const waiting = pending.get(id);
      if (!waiting) throw new Error("nothing waits for it");
      waiting.settle({ acked: true, response: frame.payload });
    } catch {
      strayFrames.push(text);
    }
  }

  function ship({ kind, payload, retryNum, retryReason }: Shipment): ReturnType<Transport["ship"]> {
    const ready = sockets.filter(({ socket }) => socket.readyState === socket.OPEN);
    const chosen = ready[turn++ % Math.max(ready.length, 1)];
    if (!chosen) return { receipt: Promise.resolve({ acked: false, reason: "connection_failed" }) };
    const envelopeId = randomUUID();
    const receipt = new Promise<Receipt>((resolve) => {
      const settle = (settled: Receipt) => {
        clearTimeout(timer);
        pending.delete(envelopeId);
        resolve(settled);
      };
      const timer = setTimeout(
        () => settle({ acked: false, reason: "timeout" }),
        options.ackTimeoutMs,
      ).unref();
      pending.set(envelopeId, { settle });
    });
    const frame = {
      envelope_id: envelopeId,
      payload,
      type: kind,
      accepts_response_payload: kind !== "events_api",
      ...(kind === "events_api" && { retry_attempt: retryNum, retry_reason: retryReason ?? "" }),
    };
    send(chosen.socket, frame);
    return { envelopeId, receipt };
  }

  return {
    transport: { ship } satisfies Transport,
    /** What the app sent that acked nothing. */
    strayFrames: strayFrames as readonly string[],
    count: () => sockets.length,
    /** A URL that can be connected to once, for half a minute. */
    issueUrl(): string {
      const ticket = randomUUID();
      tickets.set(ticket, Date.now() + ticketLifeMs);
      return `${options.url().replace("http", "ws")}/link/?ticket=${ticket}&app_id=${options.appId}`;
    },
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      const ticket = url.searchParams.get("ticket") ?? "";
      const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
      if (refusals.left > 0) {
        refusals.left--;
        return void refuse(`${refusals.status} Refused`);
      }
      const isValid = url.pathname === "/link/" && (tickets.get(ticket) ?? 0) > Date.now();
      tickets.delete(ticket);
      if (!isValid) return void refuse("408 Request Timeout");
      server.handleUpgrade(request, socket, head, (accepted) => accept(accepted, socket));
    },
    /** The next connections are refused with this status. */
    refuse(times: number, status: number): void {
      refusals = { status, left: times };
    },
    /** Announces the end to the sockets that are open now (all when `count` is left out), and closes them after the grace. */
    disconnect(reason: DisconnectReason, graceMs: number, count = sockets.length): void {
      for (const { socket } of sockets.slice(0, count)) {
        send(socket, { type: "disconnect", reason, debug_info: debugInfo() });
        setTimeout(() => socket.close(), graceMs).unref();
      }
    },
    /** Ends connections without a word: no close frame. */
    drop(count = sockets.length): void {
      for (const { socket } of sockets.slice(0, count)) socket.terminate();
    },
    /** Leaves the connections open, but nothing goes in or out any more. */
    deafen(): void {
      for (const { connection } of sockets) deafen(connection);
    },
    /** Settles what is still waiting, and ends everything. */
    close(): void {
      for (const { settle } of pending.values()) settle({ acked: false, reason: "connection_failed" });
      for (const { socket } of sockets) socket.terminate();
      server.close();
    },
  };
}

export type Sockets = ReturnType<typeof createSockets>;
