import { deflateSync } from "node:zlib";

import type { WebSocket } from "ws";

export interface SentEvent {
  readonly t: string;
  /** The sequence number in its session. */
  readonly s: number;
  readonly d: object;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** No socket was open: it went out when the session was resumed, or never. */
  readonly missed: boolean;
}

/** Events kept for a resume; Discord keeps some minutes' worth. */
const maxReplay = 2_000;

/** One gateway session, which outlives its sockets until it can no longer be resumed. */
export class GatewaySession {
  readonly id: string;
  readonly intents: number;
  readonly shard: readonly [number, number];
  readonly compress: boolean;
  readonly #events: SentEvent[] = [];
  #socket: WebSocket | undefined;
  #seq = 0;
  /** The last sequence number that a heartbeat confirmed. */
  confirmedSeq = 0;
  /** Milliseconds since the epoch; while a socket is open, undefined. */
  leftAt: number | undefined;

  constructor(id: string, intents: number, shard: readonly [number, number], compress: boolean) {
    this.id = id;
    this.intents = intents;
    this.shard = shard;
    this.compress = compress;
  }

  get seq(): number {
    return this.#seq;
  }

  get socket(): WebSocket | undefined {
    return this.#socket;
  }

  get events(): readonly SentEvent[] {
    return this.#events;
  }

  attach(socket: WebSocket): void {
    this.#socket = socket;
    this.leftAt = undefined;
  }

  detach(socket: WebSocket, at: number): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.leftAt = at;
  }

  dispatch(t: string, d: object, at: number): void {
    this.#seq++;
    const event: SentEvent = { t, s: this.#seq, d, at, missed: this.#socket === undefined };
    this.#events.push(event);
    if (this.#events.length > maxReplay) this.#events.shift();
    this.#send(event);
  }

  /** Sends again what came after `seq`. */
  replay(seq: number): void {
    for (const event of this.#events) if (event.s > seq) this.#send(event);
  }

  #send({ t, s, d }: SentEvent): void {
    if (this.#socket) sendPayload(this.#socket, { op: 0, t, s, d }, this.compress);
  }
}

/** JSON; zlib per payload when the client asked for it in IDENTIFY (developers/events/gateway, Payload Compression). */
export function sendPayload(socket: WebSocket, payload: object, compress = false): void {
  if (socket.readyState !== socket.OPEN) return;
  const json = JSON.stringify(payload);
  socket.send(compress ? deflateSync(json) : json);
}
