import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

import { WebSocket } from "ws";

import type { SlackServer } from "../slack-server.ts";
import { listen, readBytes } from "./http.ts";

export type Answer = Readonly<Record<string, unknown>> & {
  readonly ok: boolean;
  readonly error?: string;
  readonly ts?: string;
};

/** One call of the Web API as a form, with the bot's token unless told otherwise. */
export async function callSlack(
  server: SlackServer,
  method: string,
  args: Readonly<Record<string, unknown>> = {},
  token: string | undefined = server.botToken,
): Promise<Answer> {
  const fields = Object.entries(args).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    return [[name, typeof value === "string" ? value : JSON.stringify(value)]];
  });
  const response = await fetch(server.apiUrl + method, {
    method: "POST",
    headers: token === "" ? {} : { authorization: `Bearer ${token}` },
    body: new URLSearchParams(fields),
  });
  return (await response.json()) as Answer;
}

export interface Frame {
  readonly type: string;
  readonly envelope_id?: string;
  readonly reason?: string;
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
  readonly num_connections?: number;
  readonly payload?: { readonly event_id?: string; readonly event?: Readonly<Record<string, unknown>> };
}

export interface TestSocket {
  readonly frames: readonly Frame[];
  readonly events: () => readonly Readonly<Record<string, unknown>>[];
  readonly closed: Promise<number>;
  send(text: string): void;
  close(): void;
}

/** A socket of the app that acks everything, or nothing. Resolves with the hello. */
export async function openSocket(server: SlackServer, { acks = true } = {}): Promise<TestSocket> {
  const { url } = await callSlack(server, "apps.connections.open", {}, server.appToken);
  const frames: Frame[] = [];
  const socket = new WebSocket(String(url));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data)) as Frame;
    frames.push(frame);
    if (acks && frame.envelope_id !== undefined) {
      socket.send(JSON.stringify({ envelope_id: frame.envelope_id, payload: {} }));
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("message", () => resolve());
    socket.once("error", reject);
  });
  return {
    frames,
    events: () => frames.flatMap(({ payload }) => (payload?.event ? [payload.event] : [])),
    closed,
    send: (text) => socket.send(text),
    close: () => socket.close(),
  };
}

export interface ReceivedPost {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TestReceiver extends AsyncDisposable {
  readonly url: string;
  readonly posts: readonly ReceivedPost[];
}

/** An app behind a request URL that answers with these statuses in turn, the last one for good; 0 never answers. */
export async function startReceiver(...statuses: readonly number[]): Promise<TestReceiver> {
  const posts: ReceivedPost[] = [];
  const server = createServer((request, response) => {
    const status = statuses[Math.min(posts.length, statuses.length - 1)] ?? 200;
    void readBytes(request).then((bytes) => {
      posts.push({ headers: request.headers, body: bytes.toString() });
      if (status !== 0) response.writeHead(status).end();
    });
  });
  await listen(server, 0);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`,
    posts,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
