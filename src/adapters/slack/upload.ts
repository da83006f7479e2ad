import { setTimeout as sleep } from "node:timers/promises";

import { AppError } from "../../core/errors.ts";
import type { OutgoingFile } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import { toPlatformError } from "./errors.ts";

/** Slack reads a file after it has taken it: until then no block may show it. */
const readyAfterMs = [0, 200, 500, 1_000, 2_000, 4_000, 8_000];
const uploadMs = 60_000;

/** A picture that a block can show. */
export interface ShownPicture {
  readonly fileId: string;
  readonly altText: string;
}

/** Files on their way to Slack (docs.slack.dev/messaging/working-with-files): an address, the bytes, and where they go. */
export interface Upload {
  /** Posts them in one message. @throws AppError `platform_*` */
  share(
    spot: { readonly channel: string; readonly thread?: string | undefined },
    files: readonly OutgoingFile[],
    signal: AbortSignal,
  ): Promise<void>;
  /** Keeps pictures for a message that will show them. @throws AppError `platform_*` */
  keep(pictures: readonly OutgoingFile[], signal: AbortSignal): Promise<readonly ShownPicture[]>;
}

export function createUpload(api: Api): Upload {
  async function send({ name, bytes, altText }: OutgoingFile, signal: AbortSignal): Promise<string> {
    const args = { filename: name, length: bytes.byteLength, alt_txt: altText };
    const answer = await api.call("files.getUploadURLExternal", args, { repeatable: true, signal });
    const { upload_url: url, file_id: id } = answer as {
      readonly upload_url: string;
      readonly file_id: string;
    };
    try {
      const response = await fetch(url, {
        method: "POST",
        body: new Uint8Array(bytes),
        signal: AbortSignal.any([signal, AbortSignal.timeout(uploadMs)]),
      });
      await response.body?.cancel();
      if (!response.ok)
        throw new AppError("platform_unreachable", "Slack did not take a file", {
          facts: { status: response.status },
        });
    } catch (error) {
      throw toPlatformError(error, signal);
    }
    return id;
  }

  async function untilReady(id: string, signal: AbortSignal): Promise<void> {
    for (const ms of readyAfterMs) {
      // oxlint-disable-next-line no-await-in-loop -- asked again only where it was not ready.
      await sleep(ms, undefined, { signal }).catch(() => {
        throw new AppError("aborted", "the call was given up", { cause: signal.reason });
      });
      // oxlint-disable-next-line no-await-in-loop -- as above.
      const answer = await api.call("files.info", { file: id }, { repeatable: true, signal });
      const { file } = answer as { readonly file?: { readonly mimetype?: string } };
      if (file?.mimetype) return;
    }
    throw new AppError("platform_unreachable", "Slack did not get a file ready in time");
  }

  async function complete(
    files: readonly OutgoingFile[],
    where: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const ids = await Promise.all(files.map((file) => send(file, signal)));
    const named = ids.map((id, index) => ({ id, title: files[index]?.altText ?? "" }));
    await api.call("files.completeUploadExternal", { files: named, ...where }, { repeatable: false, signal });
    return ids;
  }

  return {
    async share({ channel, thread }, files, signal) {
      const where = { channel_id: channel, ...(thread !== undefined && { thread_ts: thread }) };
      await complete(files, where, signal);
    },

    async keep(pictures, signal) {
      const ids = await complete(pictures, {}, signal);
      await Promise.all(ids.map((id) => untilReady(id, signal)));
      return ids.map((fileId, index) => ({ fileId, altText: pictures[index]?.altText ?? "" }));
    },
  };
}
