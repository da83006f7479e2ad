import type { Gateway, HeardHeartbeat } from "./gateway.ts";
import { sendPayload } from "./gateway-session.ts";
import type { SentEvent } from "./gateway-session.ts";
import type { World } from "./world.ts";

export interface SessionView {
  readonly id: string;
  readonly intents: number;
  readonly connected: boolean;
  readonly seq: number;
  /** The sequence number of the last heartbeat. */
  readonly confirmedSeq: number;
}

/** What a test does to the gateway, and sees of it. */
export interface GatewayControl {
  sessions(): readonly SessionView[];
  /** Every event with its session, oldest first; of a long run the last ones. */
  dispatched(): readonly (SentEvent & { readonly session: string })[];
  heartbeats(): readonly HeardHeartbeat[];
  /** The IDENTIFYs that came, refused ones too. */
  identifies(): readonly Readonly<Record<string, unknown>>[];
  /** Any payload, to every session, whatever its intents. */
  dispatchRaw(t: string, d: object): void;
  /** Off: heartbeats stay without an answer, as from a zombie. */
  acknowledgeHeartbeats(on: boolean): void;
  /** Leaves connections open, but nothing goes in or out any more; who connects anew is served. */
  deafenSockets(): void;
  /** When somebody asked for a connection, refused ones too; milliseconds since the epoch. */
  connectionAttempts(): readonly number[];
  /** On: whoever connects gets 503. */
  refuseConnections(on: boolean): void;
  /** Op 7: the client is to come back and resume. */
  askToReconnect(): void;
  /** Op 1: the client is to send a heartbeat at once. */
  askForHeartbeat(): void;
  /** Op 9; what cannot be resumed is forgotten. */
  invalidateSessions(resumable: boolean): void;
  /** No session can be resumed any more; nobody is told. */
  forgetSessions(): void;
  /** Without a code the connections are cut as by a network that fails. */
  closeSockets(code?: number): void;
  /** How many more sessions may start today. */
  setRemainingStarts(count: number): void;
}

export function createGatewayControl(gateway: Gateway, world: World): GatewayControl {
  const all = () => [...gateway.sessions.values()];
  const sendAll = (payload: object) => {
    for (const { socket, compress } of all()) if (socket) sendPayload(socket, payload, compress);
  };
  const forgetSessions = () => {
    for (const { id } of all()) gateway.forget(id);
  };
  return {
    sessions: () =>
      all().map(({ id, intents, socket, seq, confirmedSeq }) => {
        return { id, intents, connected: socket !== undefined, seq, confirmedSeq };
      }),
    dispatched: () => all().flatMap(({ id, events }) => events.map((event) => ({ ...event, session: id }))),
    heartbeats: () => gateway.heartbeats,
    identifies: () => gateway.identifies,
    dispatchRaw(t, d) {
      for (const session of all()) session.dispatch(t, d, world.now());
    },
    acknowledgeHeartbeats: gateway.acknowledge,
    deafenSockets: gateway.deafen,
    connectionAttempts: () => gateway.attempts,
    refuseConnections: gateway.refuse,
    askToReconnect: () => sendAll({ op: 7, d: null }),
    askForHeartbeat: () => sendAll({ op: 1, d: null }),
    invalidateSessions(resumable) {
      sendAll({ op: 9, d: resumable });
      if (!resumable) forgetSessions();
    },
    forgetSessions,
    closeSockets: (code) =>
      gateway.eachSocket((socket) => (code === undefined ? socket.terminate() : socket.close(code))),
    setRemainingStarts: (count) => gateway.starts.set(count),
  };
}
