import type { AttachmentContent, UnreadReason } from "../core/attachment.ts";
import { filePiece } from "../core/attachment-text.ts";
import { AppError, toAppError } from "../core/errors.ts";
import type { Attachment } from "../core/event.ts";
import type { ReadImage } from "../core/moderation.ts";
import type { Platform } from "../core/platform.ts";
import type { AttachmentReader, Logger } from "../core/ports.ts";

/** What the files of one message turned out to be. Nobody has judged any of it yet. */
export interface FilesRead {
  /** The texts, each between its marks; empty where there are none. */
  readonly text: string;
  readonly images: readonly { readonly name: string; readonly image: ReadImage }[];
  readonly unread: readonly UnreadFile[];
}

/** A file that is named to its author: `unseen` a picture for a model that sees none. */
export interface UnreadFile {
  readonly name: string;
  readonly reason: UnreadReason | "unseen";
}

/** @throws AppError `aborted`; what can't be fetched or read is `unread`. */
export type ReadAttachments = (
  attachments: readonly Attachment[],
  platform: Pick<Platform, "download">,
  signal: AbortSignal,
) => Promise<FilesRead>;

/** Of one message. */
const maxFiles = 8;
const maxFileBytes = 10_000_000;
/** A person waits for it. */
const maxTotalMs = 45_000;

/** Fetches and reads what came with a message, within bounds of number, size and time. */
export function createReadAttachments(deps: {
  readonly reader: AttachmentReader;
  readonly log: Logger;
}): ReadAttachments {
  const { reader, log } = deps;

  return async (attachments, platform, signal) => {
    const until = AbortSignal.any([signal, AbortSignal.timeout(maxTotalMs)]);
    const contents = await Promise.all(
      attachments.map(async (attachment, i) => {
        if (i >= maxFiles) return unread("tooMany");
        // What is said of its size only spares a download: the bytes are counted.
        return attachment.sizeBytes > maxFileBytes ? unread("tooLarge") : readOne(attachment, until);
      }),
    );
    if (signal.aborted) throw new AppError("aborted", "reading was given up", { cause: signal.reason });
    return gather(attachments, contents);

    async function readOne(attachment: Attachment, within: AbortSignal): Promise<AttachmentContent> {
      let bytes: Uint8Array;
      try {
        bytes = await platform.download(attachment, maxFileBytes, within);
      } catch (thrown) {
        const { code, facts } = toAppError(thrown);
        log.info({ code, ...facts }, "attachment not fetched");
        return unread(facts?.["maxBytes"] === undefined ? "notFetched" : "tooLarge");
      }
      try {
        return await reader.read(bytes, within);
      } catch (thrown) {
        log.info({ code: toAppError(thrown).code }, "attachment not read");
        return unread("tooMuchWork");
      }
    }
  };
}

function unread(reason: UnreadReason): AttachmentContent {
  return { kind: "unread", reason };
}

function gather(attachments: readonly Attachment[], contents: readonly AttachmentContent[]): FilesRead {
  const texts: string[] = [];
  const images: FilesRead["images"][number][] = [];
  const unreadFiles: UnreadFile[] = [];
  for (const [i, content] of contents.entries()) {
    const name = attachments[i]?.name ?? "";
    switch (content.kind) {
      case "text":
        texts.push(filePiece(name, content));
        break;
      case "image":
        images.push({ name, image: content });
        break;
      case "unread":
        unreadFiles.push({ name, reason: content.reason });
        break;
      default:
        content satisfies never;
    }
  }
  return { text: texts.join("\n\n"), images, unread: unreadFiles };
}
