import { parentPort, workerData } from "node:worker_threads";

import type { AttachmentContent, ReadingLimits } from "../../core/attachment.ts";
import { readText } from "./read-text.ts";
import { sniff } from "./sniff.ts";

/** What one of these threads is given: it reads one file, answers and ends. */
export interface ReadingTask {
  readonly bytes: Uint8Array;
  readonly limits: ReadingLimits;
}

async function read({ bytes, limits }: ReadingTask): Promise<AttachmentContent> {
  if (bytes.byteLength === 0) return { kind: "unread", reason: "empty" };
  const file = sniff(bytes);
  switch (file.kind) {
    case "image": {
      const { fitImage } = await import("./fit-image.ts");
      return fitImage(bytes, file.header, limits);
    }
    case "pdf": {
      const { readPdf } = await import("./read-pdf.ts");
      return readPdf(bytes, limits);
    }
    case "brokenImage":
      return { kind: "unread", reason: "broken" };
    case "other":
      return readText(bytes, limits);
    default:
      return file satisfies never;
  }
}

parentPort?.postMessage(await read(workerData as ReadingTask));
