import { getDocumentProxy } from "unpdf";

import type { AttachmentContent, ReadingLimits } from "../../core/attachment.ts";
import { boundedText } from "./read-text.ts";

/** The text of a PDF's first pages. Scripts in it are not run, and nothing it names is fetched. */
export async function readPdf(
  bytes: Uint8Array,
  { maxChars, maxPages }: ReadingLimits,
): Promise<AttachmentContent> {
  try {
    const pdf = await getDocumentProxy(bytes, {
      disableAutoFetch: true,
      disableFontFace: true,
      useSystemFonts: false,
      verbosity: 0,
    });
    const pages: string[] = [];
    let chars = 0;
    let page = 1;
    for (; page <= Math.min(pdf.numPages, maxPages) && chars <= maxChars; page++) {
      // oxlint-disable-next-line no-await-in-loop -- pages behind the last that fits are not read at all.
      const text = await pageText(await pdf.getPage(page));
      pages.push(text);
      chars += text.length;
    }
    const read = boundedText(pages.join("\n\n"), maxChars);
    if (read.kind === "unread") return { kind: "unread", reason: "noText" };
    return page <= pdf.numPages && read.kind === "text" ? { ...read, isCut: true } : read;
  } catch (error) {
    const isEncrypted = error instanceof Error && error.name === "PasswordException";
    return { kind: "unread", reason: isEncrypted ? "encrypted" : "broken" };
  }
}

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof getDocumentProxy>>["getPage"]>>;

async function pageText(page: Page): Promise<string> {
  const { items } = await page.getTextContent();
  const text = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
  page.cleanup();
  return text;
}
