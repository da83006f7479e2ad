import type { MiddlewareHandler } from "hono";

/** Nothing is loaded, framed or sent anywhere but from and to this server; no inline script or style. */
const contentSecurityPolicy =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

export const secureHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set("content-security-policy", contentSecurityPolicy);
  c.res.headers.set("x-content-type-options", "nosniff");
  c.res.headers.set("referrer-policy", "no-referrer");
  c.res.headers.set("x-frame-options", "DENY");
  c.res.headers.set("cross-origin-opener-policy", "same-origin");
  c.res.headers.set("cross-origin-resource-policy", "same-origin");
};

/**
 * Answers only to this machine's own names: a foreign name that was made to point here (DNS rebinding) would otherwise
 * read everything with the rights of a local page.
 */
export function checkHost(port: () => number, publicHost?: string): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header("host")?.toLowerCase() ?? "";
    const names = ["localhost", "127.0.0.1", "[::1]"];
    const isOwn =
      host === publicHost?.toLowerCase() ||
      names.some((name) => host === `${name}:${port()}` || (port() === 80 && host === name));
    if (!isOwn) return c.json({ error: `Parley answers only to localhost:${port()} here.` }, 421);
    return next();
  };
}

/**
 * Refuses changes that another site's page asks for. Browsers name the page's origin in each such request; what comes
 * without one is no browser (webhooks, scripts) and carries no cookie of a visitor's.
 */
export const checkOrigin: MiddlewareHandler = async (c, next) => {
  if (["GET", "HEAD", "OPTIONS"].includes(c.req.method)) return next();
  const origin = c.req.header("origin");
  const site = c.req.header("sec-fetch-site");
  const isForeign =
    origin === undefined
      ? site !== undefined && site !== "same-origin" && site !== "none"
      : !isSameHost(origin, c.req.header("host"));
  if (isForeign) return c.json({ error: "Parley takes this only from its own page." }, 403);
  return next();
};

/** The scheme may differ: a proxy in front may speak https where Parley speaks http. */
function isSameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
