import { readImageHeader } from "./image-header.ts";
import type { ImageHeader } from "./image-header.ts";

/** What a file is by its first bytes; its name and its declared type are anybody's claim. */
export type FileKind =
  | { readonly kind: "image"; readonly header: ImageHeader }
  | { readonly kind: "brokenImage" }
  | { readonly kind: "pdf" }
  | { readonly kind: "other" };

/** A PDF may have rubbish before its header (ISO 32000-1, annex H.3.4.1). */
const pdfHeaderWithin = 1_024;

export function sniff(bytes: Uint8Array): FileKind {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, pdfHeaderWithin));
  const text = start.toString("latin1");
  const isImage =
    text.startsWith("\u0089PNG\r\n\u001a\n") ||
    text.startsWith("\u00ff\u00d8\u00ff") ||
    /^GIF8[79]a/.test(text) ||
    (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP");
  if (isImage) {
    const header = readImageHeader(bytes);
    return header ? { kind: "image", header } : { kind: "brokenImage" };
  }
  return text.includes("%PDF-") ? { kind: "pdf" } : { kind: "other" };
}
