import { createHmac } from "node:crypto";

import type { APIAttachment } from "discord-api-types/v10";

import type { UploadedFile } from "./http.ts";
import type { World } from "./world.ts";

/** How long an address works (developers/reference, Signed Attachment CDN URLs). */
const addressLifeMs = 24 * 60 * 60 * 1_000;
const signingKey = "cdn";

export interface Cdn {
  /** Keeps a file and describes it. */
  store(channelId: string, file: UploadedFile, description?: string): APIAttachment;
  /** The same attachment with an address that works for another day. */
  refresh(attachment: APIAttachment): APIAttachment;
  /** `undefined` for an address that is unknown, expired or not signed. */
  fetch(
    path: string,
    query: URLSearchParams,
  ): { readonly mediaType: string; readonly bytes: Buffer } | undefined;
}

/** Attachments at signed addresses under `baseUrl()` that expire. */
export function createCdn(world: World, baseUrl: () => string): Cdn {
  const files = new Map<string, UploadedFile>();

  function sign(path: string): string {
    const issued = Math.floor(world.now() / 1_000).toString(16);
    const expires = Math.floor((world.now() + addressLifeMs) / 1_000).toString(16);
    return `${baseUrl()}${path}?ex=${expires}&is=${issued}&hm=${digest(path, expires, issued)}&`;
  }

  return {
    store(channelId, file, description) {
      const id = world.newId();
      const filename = file.name.replaceAll(/[^\w.-]/g, "_");
      const path = `/attachments/${channelId}/${id}/${filename}`;
      files.set(path, file);
      const url = sign(path);
      return {
        id,
        filename,
        size: file.bytes.length,
        url,
        proxy_url: url,
        content_type: file.mediaType,
        ...(description !== undefined && { description }),
      };
    },
    refresh(attachment) {
      const url = sign(new URL(attachment.url).pathname);
      return { ...attachment, url, proxy_url: url };
    },
    fetch(path, query) {
      const [expires, issued, signature] = ["ex", "is", "hm"].map((key) => query.get(key) ?? "");
      const isSigned = signature === digest(path, expires ?? "", issued ?? "");
      if (!isSigned || Number.parseInt(expires ?? "", 16) * 1_000 < world.now()) return undefined;
      return files.get(path);
    },
  };
}

function digest(path: string, expires: string, issued: string): string {
  return createHmac("sha256", signingKey).update(`${path} ${expires} ${issued}`).digest("hex");
}
