import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Hono } from "hono";

const pageDir = fileURLToPath(new URL("page/", import.meta.url));

/** By the path at which they are fetched. */
const files: Readonly<Record<string, readonly [file: string, mediaType: string]>> = {
  "/dashboard": ["index.html", "text/html; charset=utf-8"],
  "/dashboard/in": ["in.html", "text/html; charset=utf-8"],
  "/dashboard/icon.svg": ["icon.svg", "image/svg+xml"],
  "/dashboard/style.css": ["style.css", "text/css; charset=utf-8"],
  ...Object.fromEntries(
    ["app.js", "in.js", "dom.js", "costs.js", "live.js", "threads.js", "chart.js", "format.js"].map(
      (name) => [`/dashboard/${name}`, [name, "text/javascript; charset=utf-8"] as const],
    ),
  ),
};

/** Serves the dashboard's own files, which hold nothing that not everybody may see. */
export function servePage(routes: Hono): void {
  for (const [path, [name, mediaType]] of Object.entries(files)) {
    const body = readFileSync(`${pageDir}${name}`);
    routes.get(path, (c) =>
      c.body(new Uint8Array(body), 200, { "content-type": mediaType, "cache-control": "no-cache" }),
    );
  }
}
