import { AppError } from "../../core/errors.ts";
import type { Platform } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import { toPlatformError } from "./errors.ts";
import { FilePayload } from "./schema.ts";

/** Where Slack keeps files (docs.slack.dev/reference/objects/file-object, url_private). */
const fileHosts = ["files.slack.com"];
const downloadMs = 60_000;

/**
 * Fetches a file's bytes with the bot's token, which goes to Slack's own hosts (and the API's, where that is another) and
 * follows no redirect. @throws AppError `platform_refused` where it is gone or too large
 */
export function createDownload(
  api: Api,
  options: { readonly botToken: string; readonly apiUrl: string },
): Platform["download"] {
  return async ({ id }, maxBytes, signal) => {
    const answer = (await api.call("files.info", { file: id }, { repeatable: true, signal })) as {
      readonly file?: unknown;
    };
    const { data: file } = FilePayload.safeParse(answer.file);
    const url = URL.parse(file?.url_private ?? "");
    if (!url) throw new AppError("platform_refused", "the file is gone");
    const isSlacks =
      (url.protocol === "https:" && fileHosts.includes(url.host)) ||
      url.origin === new URL(options.apiUrl).origin;
    if (!isSlacks) throw new AppError("platform_refused", "the file is not at Slack's");
    try {
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${options.botToken}` },
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(downloadMs)]),
      });
      if (!response.ok || response.body === null) {
        await response.body?.cancel();
        throw new AppError("platform_refused", "the file could not be fetched", {
          facts: { status: response.status },
        });
      }
      return await readAtMost(response.body, maxBytes);
    } catch (error) {
      throw toPlatformError(error, signal);
    }
  };
}

async function readAtMost(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    // Leaving the loop ends the download.
    if (bytes > maxBytes)
      throw new AppError("platform_refused", "the file is too large", { facts: { maxBytes } });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
