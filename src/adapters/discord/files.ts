import { Routes } from "discord-api-types/v10";

import { AppError } from "../../core/errors.ts";
import type { Attachment } from "../../core/event.ts";
import type { Api } from "./api.ts";
import { toPlatformError } from "./errors.ts";
import { MessagePayload } from "./schema.ts";

/** developers/reference, Signed Attachment CDN URLs. */
const cdnHosts: readonly string[] = ["cdn.discordapp.com", "media.discordapp.net"];
const downloadMs = 60_000;

/**
 * Fetches an attachment's bytes from an address that Discord signs anew. Nothing but Discord's own hosts (and the API's,
 * where that is another) is ever asked. @throws AppError `platform_refused` where it is gone or too large
 */
export function createDownload(
  api: Api,
  apiUrl: string,
): (attachment: Attachment, maxBytes: number, signal: AbortSignal) => Promise<Uint8Array> {
  return async ({ id }, maxBytes, signal) => {
    const url = await freshUrl(id, signal);
    const until = AbortSignal.any([signal, AbortSignal.timeout(downloadMs)]);
    try {
      const response = await fetch(url, { redirect: "error", signal: until });
      if (!response.ok || response.body === null) {
        await response.body?.cancel();
        throw new AppError("platform_refused", "the attachment could not be fetched", {
          facts: { status: response.status },
        });
      }
      return await readAtMost(response.body, maxBytes);
    } catch (error) {
      throw toPlatformError(error, signal);
    }
  };

  async function freshUrl(id: string, signal: AbortSignal): Promise<URL> {
    // Of a command, which has no message that could be asked again.
    if (URL.canParse(id)) return checked(new URL(id));
    const [channel = "", message = "", attachment = ""] = id.split("/");
    const route = Routes.channelMessage(channel, message);
    const { data } = MessagePayload.safeParse(
      await api.request({ method: "GET", route, bucket: `message ${channel}` }, signal),
    );
    const forwarded = (data?.message_snapshots ?? []).flatMap((snapshot) => snapshot.message.attachments);
    const file = [...(data?.attachments ?? []), ...forwarded].find((each) => each.id === attachment);
    if (!file || !URL.canParse(file.url)) throw new AppError("platform_refused", "the attachment is gone");
    return checked(new URL(file.url));
  }

  function checked(url: URL): URL {
    if (!isDiscords(url)) throw new AppError("platform_refused", "the attachment is not at Discord's");
    return url;
  }

  function isDiscords(url: URL): boolean {
    return (
      (url.protocol === "https:" && cdnHosts.includes(url.host)) || url.origin === new URL(apiUrl).origin
    );
  }
}

async function readAtMost(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    // Leaving the loop ends the download.
    if (bytes > maxBytes)
      throw new AppError("platform_refused", "the attachment is too large", { facts: { maxBytes } });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
