import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import type { Hono } from "hono";

const pageDir = fileURLToPath(new URL("page/", import.meta.url));

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Serves the page's files, read once, each with its ETag: an upgraded Parley is seen at the next reload. */
export function servePage(routes: Hono): void {
  for (const name of readdirSync(pageDir)) {
    const mediaType = mediaTypes[extname(name)];
    if (mediaType === undefined) continue;
    const body = readFileSync(`${pageDir}${name}`);
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    const headers = { etag, "cache-control": "no-cache", "content-type": mediaType };
    routes.get(name === "index.html" ? "/" : `/playground/${name}`, (c) => {
      if (c.req.header("if-none-match") === etag)
        return c.body(null, 304, { etag, "cache-control": "no-cache" });
      return c.body(new Uint8Array(body), 200, headers);
    });
  }
}
