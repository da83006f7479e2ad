import type { AddressInfo } from "node:net";
import type { ServerResponse } from "node:http";

import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";

import { AppError, toAppError } from "../../core/errors.ts";
import type { Logger, PartHealth } from "../../core/ports.ts";
import { checkHost, checkOrigin, secureHeaders } from "./security.ts";
import { checkToken } from "./token.ts";

export interface WebServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Asked of everyone, but for the health routes. */
  readonly webToken?: string;
  readonly log: Logger;
  readonly parts: () => Promise<Readonly<Record<string, PartHealth>>>;
  /** The pages, mounted at `/`. */
  readonly routes: readonly Hono[];
  /** Routes that ask for a session of their own in place of the web token. */
  readonly signedIn?: readonly Hono[];
  /** Where people reach it, when that is not where it listens. */
  readonly publicUrl?: string;
  /** Routes for other services, which prove by signatures of their own who they are: `POST /slack/events`. */
  readonly webhooks?: readonly Hono[];
}

export interface WebServer {
  /** Answers the address to open. @throws AppError `config_invalid` when the port is taken or not allowed. */
  start(): Promise<{ readonly url: string }>;
  /** Takes no more connections, ends event streams at once, and gives other requests a few seconds. */
  stop(): Promise<void>;
}

const maxBodyBytes = 2 * 1024 * 1024;
const stopGraceMs = 5_000;

/** The one web server: health routes, and whatever the adapters bring. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { host, port, webToken, log, parts, routes, signedIn = [], webhooks = [], publicUrl } = options;
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  const eventStreams = new Set<ServerResponse>();
  let ownPort = port;

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.get("content-type")?.startsWith("text/event-stream")) return;
    const { outgoing } = c.env;
    eventStreams.add(outgoing);
    outgoing.once("close", () => eventStreams.delete(outgoing));
  });
  app.use(secureHeaders);
  // A tunnel hands these on under a host name of its own, and they bring no web token.
  for (const each of webhooks) app.route("/", each);
  if (isLoopback(host)) app.use(checkHost(() => ownPort, publicHost));
  app.get("/healthz", (c) => c.json({ ok: true }));
  app.get("/readyz", async (c) => {
    const healths = await parts();
    const ok = Object.values(healths).every((part) => part.ok);
    return c.json({ ok, parts: healths }, ok ? 200 : 503);
  });
  app.use(checkOrigin);
  app.use(
    bodyLimit({ maxSize: maxBodyBytes, onError: (c) => c.json({ error: "That is too much at once." }, 413) }),
  );
  for (const each of signedIn) app.route("/", each);
  if (webToken !== undefined) app.use(checkToken(webToken));
  for (const each of routes) app.route("/", each);
  app.notFound((c) => c.json({ error: "There is nothing here." }, 404));
  app.onError((thrown, c) => {
    log.error(
      { code: toAppError(thrown).code, method: c.req.method, path: c.req.routePath },
      "a request failed",
    );
    return c.json({ error: "Something went wrong inside Parley. Please try again." }, 500);
  });

  const server = createAdaptorServer({ fetch: app.fetch, hostname: host });

  return {
    async start() {
      await new Promise<void>((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => reject(explainListen(error, host, port)));
        server.listen(port, host, resolve);
      });
      ownPort = (server.address() as AddressInfo).port;
      return {
        url: `http://${isEverywhere(host) ? "localhost" : host.includes(":") ? `[${host}]` : host}:${ownPort}`,
      };
    },

    async stop() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const stream of eventStreams) stream.end();
      if ("closeIdleConnections" in server) server.closeIdleConnections();
      const deadline = setTimeout(
        () => "closeAllConnections" in server && server.closeAllConnections(),
        stopGraceMs,
      );
      await closed;
      clearTimeout(deadline);
    },
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

const isEverywhere = (host: string): boolean => host === "0.0.0.0" || host === "::";

function explainListen(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is taken by another program. Stop that one, or set PORT to a free port, for example PORT=${port + 1}.`,
    EACCES: `This user may not listen on port ${port}. Set PORT to one above 1023, for example PORT=3000.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST to one of its own, for example HOST=127.0.0.1.`,
    ENOTFOUND: `The name ${host} is not known. Set HOST to an address of this machine, for example HOST=127.0.0.1.`,
  };
  const sentence =
    sentences[error.code ?? ""] ??
    `The web server can't listen on ${host}:${port} (${error.code ?? "unknown"}).`;
  return new AppError("config_invalid", sentence, { cause: error, facts: { host, port } });
}
