import { AppError } from "../../core/errors.ts";
import type { OutgoingFile } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import { toPlatformError } from "./errors.ts";

const uploadMs = 60_000;

/** Posts files in one message (docs.slack.dev/messaging/working-with-files): an address, the bytes, and where they go. */
export type Upload = (
  spot: { readonly channel: string; readonly thread?: string | undefined },
  files: readonly OutgoingFile[],
  signal: AbortSignal,
) => Promise<void>;

/** @throws AppError `platform_*` from what it makes */
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

  return async ({ channel, thread }, files, signal) => {
    const ids = await Promise.all(files.map((file) => send(file, signal)));
    const args = {
      files: ids.map((id, index) => ({ id, title: files[index]?.altText ?? "" })),
      channel_id: channel,
      ...(thread !== undefined && { thread_ts: thread }),
    };
    await api.call("files.completeUploadExternal", args, { repeatable: false, signal });
  };
}
