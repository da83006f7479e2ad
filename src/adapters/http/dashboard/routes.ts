import { timingSafeEqual, createHash } from "node:crypto";

import { Hono } from "hono";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import { streamSSE } from "hono/streaming";
import { z } from "zod";

import { toAppError } from "../../../core/errors.ts";
import type { Logger } from "../../../core/ports.ts";
import type { Viewer, WebSession } from "../../../core/viewer.ts";
import { servePage } from "./page-files.ts";

/** Who somebody is on the dashboard, and which of its pages they may open. */
export interface Visitor {
  readonly name: string;
  readonly isOperator: boolean;
  readonly isAdmin: boolean;
  readonly workspaces: readonly { readonly id: string; readonly name: string }[];
}

export interface DashboardPage {
  readonly id: string;
  readonly title: string;
  readonly mayOpen: (visitor: Visitor) => boolean;
  /** What it shows; asked for with every request. @throws AppError */
  data(asked: AskedPage): Promise<object | undefined>;
}

export interface AskedPage {
  readonly viewer: Viewer;
  /** Of an operator: the workspace that was chosen. */
  readonly workspace: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface DashboardOptions {
  readonly webToken?: string;
  readonly pages: readonly DashboardPage[];
  readonly visitorOf: (viewer: Viewer, workspace: string | undefined) => Promise<Visitor>;
  readonly signIn: {
    open(linkSecret: string): Promise<Opened | undefined>;
    openForOperator(): Promise<Opened>;
    session(secret: string): Promise<WebSession | undefined>;
    end(secret: string): Promise<void>;
  };
  /** Whether another attempt to come in may be made; the address is that of the connection. */
  readonly mayTry: (address: string) => Promise<boolean>;
  /** Browsers reach it by HTTPS only. */
  readonly isSecure: () => boolean;
  /** Calls back whenever something may have changed that a page shows; answers how to end that. */
  readonly onChange: (listener: () => void) => () => void;
  readonly log: Logger;
}

interface Opened {
  readonly secret: string;
  readonly session: WebSession;
}

const cookieName = "parley_dashboard";
const csrfHeader = "x-parley-csrf";
/** A page asks anew this often at the most, and at the least. */
const tellEveryMs = 1_000;
const beatMs = 15_000;

const Attempt = z.union([
  z.strictObject({ link: z.string().min(1).max(200) }),
  z.strictObject({ token: z.string().min(1).max(1_000) }),
]);

/** The dashboard's pages and what they talk to. Each request is looked at anew: who it is, and what they may see now. */
export function createDashboard(options: DashboardOptions): Hono {
  const { pages, visitorOf, signIn, mayTry, isSecure, onChange, webToken, log } = options;
  const routes = new Hono();
  servePage(routes);

  routes.post("/dashboard/api/sign-in", async (c) => {
    const attempt = Attempt.safeParse(await readJson(c));
    if (!attempt.success) refuse(400, "That can't be read.");
    if (!(await mayTry(addressOf(c)))) refuse(429, "Too many attempts. Please try again in a minute.");
    const opened = await openBy(attempt.data);
    if (opened === undefined) {
      log.warn({ by: "token" in attempt.data ? "token" : "link" }, "somebody was not let into the dashboard");
      const wrong =
        "token" in attempt.data ? "That is not the web token." : "This link is used up, or too old.";
      refuse(401, `${wrong} /parley dashboard gives a new link.`);
    }
    setCookie(c, cookieName, opened.secret, {
      path: "/dashboard",
      httpOnly: true,
      sameSite: "Strict",
      secure: isSecure(),
      expires: new Date(opened.session.until),
    });
    return c.body(null, 204);
  });

  routes.post("/dashboard/api/sign-out", async (c) => {
    const { secret } = await sessionOf(c, true);
    await signIn.end(secret);
    deleteCookie(c, cookieName, { path: "/dashboard" });
    return c.body(null, 204);
  });

  routes.get("/dashboard/api/me", async (c) => {
    const { session, visitor } = await sessionOf(c);
    const offered = pages.filter(({ mayOpen }) => mayOpen(visitor)).map(({ id, title }) => ({ id, title }));
    return c.json({ ...visitor, csrf: session.csrf, until: session.until, pages: offered });
  });

  routes.get("/dashboard/api/pages/:page", async (c) => {
    const { session, visitor } = await sessionOf(c);
    const page = pages.find(({ id }) => id === c.req.param("page"));
    if (!page?.mayOpen(visitor)) return refuse(404, "There is no such page for you.");
    const { workspace, ...query } = c.req.query();
    const asked = { viewer: session.viewer, workspace, query, signal: c.req.raw.signal };
    c.header("cache-control", "no-store");
    return c.json({ data: (await page.data(asked)) ?? null });
  });

  routes.get("/dashboard/api/events", async (c) => {
    const { secret } = await sessionOf(c);
    c.header("x-accel-buffering", "no");
    return streamSSE(c, async (stream) => {
      let isNews = true;
      const stop = onChange(() => {
        isNews = true;
      });
      stream.onAbort(stop);
      for (let sinceMs = 0; !stream.aborted && !stream.closed; sinceMs += tellEveryMs) {
        if (isNews || sinceMs >= beatMs) {
          // Whoever was signed out, or signed out elsewhere, hears no more.
          if ((await signIn.session(secret)) === undefined) break;
          await stream.writeSSE({ event: "changed", data: "" });
          isNews = false;
          sinceMs = 0;
        }
        await stream.sleep(tellEveryMs);
      }
      stop();
    });
  });

  routes.onError((thrown, c) => {
    if (thrown instanceof HTTPException) return c.json({ error: thrown.message }, thrown.status);
    log.warn({ code: toAppError(thrown).code, path: c.req.routePath }, "a request of the dashboard failed");
    return c.json({ error: "Parley can't say that just now. Please try again in a moment." }, 503);
  });
  return routes;

  async function openBy(attempt: z.output<typeof Attempt>): Promise<Opened | undefined> {
    if ("link" in attempt) return signIn.open(attempt.link);
    if (webToken === undefined || !isEqual(attempt.token, webToken)) return undefined;
    return signIn.openForOperator();
  }

  /** @throws HTTPException where there is none; `isChange` where more is asked than a cookie. */
  async function sessionOf(
    c: Context,
    isChange = false,
  ): Promise<{ readonly secret: string; readonly session: WebSession; readonly visitor: Visitor }> {
    const secret = getCookie(c, cookieName);
    const session = secret === undefined ? undefined : await signIn.session(secret);
    if (secret === undefined || session === undefined) return refuse(401, "Please sign in.");
    if (isChange && !isEqual(c.req.header(csrfHeader) ?? "", session.csrf))
      return refuse(403, "This was not asked for by the dashboard.");
    return { secret, session, visitor: await visitorOf(session.viewer, c.req.query("workspace")) };
  }
}

function addressOf(c: Context): string {
  const { incoming } = c.env as {
    readonly incoming?: { readonly socket: { readonly remoteAddress?: string } };
  };
  return incoming?.socket.remoteAddress ?? "unknown";
}

async function readJson(c: Context): Promise<unknown> {
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) refuse(415, "Please send JSON.");
  return c.req.json().catch(() => refuse(400, "That is no JSON."));
}

/** In constant time, whatever the lengths. */
function isEqual(given: string, expected: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

function refuse(status: 400 | 401 | 403 | 404 | 415 | 429, message: string): never {
  throw new HTTPException(status, { message });
}
