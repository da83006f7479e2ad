import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

const cookieName = "parley_web";

/**
 * Asks for the web token: in a bearer header, or once as `?token=`, which is then kept as a cookie. The cookie holds
 * only what proves the token, not the token.
 */
export function checkToken(token: string): MiddlewareHandler {
  const proof = createHmac("sha256", token).update("parley web cookie").digest("base64url");
  return async (c, next) => {
    const bearer = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (isEqual(bearer, token) || isEqual(getCookie(c, cookieName), proof)) return next();
    if (c.req.method === "GET" && isEqual(c.req.query("token"), token)) {
      const secure = c.req.header("x-forwarded-proto") === "https";
      setCookie(c, cookieName, proof, {
        path: "/",
        httpOnly: true,
        sameSite: "Strict",
        secure,
        maxAge: 30 * 24 * 3600,
      });
      return c.html(forward(withoutToken(c)));
    }
    c.header("www-authenticate", "Bearer");
    if (c.req.method === "GET" && c.req.header("accept")?.includes("text/html"))
      return c.html(askForToken, 401);
    return c.json(
      { error: "Please send the web token, as a bearer token or once as ?token= in the browser." },
      401,
    );
  };
}

/** In constant time, whatever the lengths. */
function isEqual(given: string | undefined, expected: string): boolean {
  return given !== undefined && timingSafeEqual(hash(given), hash(expected));
}

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();

function withoutToken(c: Context): string {
  const url = new URL(c.req.url);
  url.searchParams.delete("token");
  // Two slashes at the start would lead to another host.
  return `${url.pathname.replace(/^\/+/, "/")}${url.search}`;
}

/** A redirect would stay part of a navigation from another site, on which browsers withhold a strict cookie. */
const forward = (path: string): string =>
  page(
    `<meta http-equiv="refresh" content="0;url=${attribute(path)}">`,
    `<p><a href="${attribute(path)}">Go on to Parley</a></p>`,
  );

const askForToken = page(
  "",
  `<h1>Parley</h1><form method="get"><p><label>Web token <input type="password" name="token" autocomplete="current-password" required autofocus></label> <button>Open</button></p></form><p>It is the value of PARLEY_WEB_TOKEN on the server.</p>`,
);

function page(head: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Parley</title>${head}</head><body>${body}</body></html>`;
}

const attribute = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
