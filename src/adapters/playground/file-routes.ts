import type { Hono } from "hono";

import { check, memberOf, refuse } from "./request.ts";
import { Viewer } from "./schema.ts";
import type { Shelf } from "./shelf.ts";
import { canRead, findChannel } from "./workspace.ts";
import type { Member } from "./workspace.ts";

/** Shown in the page; everything else is only handed out to be saved. */
const shown = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** Files of messages, for those who may read the message. */
export function addFileRoutes(routes: Hono, { shelf }: { readonly shelf: Shelf }): void {
  routes.get("/api/files/:id", (c) => {
    const member = memberOf(check(Viewer, c.req.query()).as);
    const file = shelf.get(c.req.param("id"));
    if (!file || !mayFetch(member, file.audience)) return refuse(404, "This file is no longer kept.");
    const how = shown.has(file.mediaType) ? "inline" : "attachment";
    return c.body(new Uint8Array(file.bytes), 200, {
      "content-type": file.mediaType,
      "content-disposition": `${how}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      "cache-control": "private, max-age=3600",
    });
  });
}

function mayFetch(member: Member, audience: NonNullable<ReturnType<Shelf["get"]>>["audience"]): boolean {
  if ("person" in audience) return audience.person === member.id;
  const channel = findChannel(audience.channel);
  return channel !== undefined && canRead(member, channel);
}
