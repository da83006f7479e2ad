import type { AttachmentContent, ReadingLimits } from "../../core/attachment.ts";

/** Characters that no text has: what has them is something else. Form feeds and terminal colours are let through. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for.
const notText = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

/** Text by its bytes: UTF-8, UTF-16 with a byte order mark, else Windows' Latin letters. */
export function readText(
  bytes: Uint8Array,
  { maxChars }: Pick<ReadingLimits, "maxChars">,
): AttachmentContent {
  const text = decode(bytes);
  if (text === undefined || notText.test(text)) return { kind: "unread", reason: "unknownKind" };
  return boundedText(text, maxChars);
}

/** The beginning of a text; one of whitespace alone has nothing to read. */
export function boundedText(text: string, maxChars: number): AttachmentContent {
  if (text.trim() === "") return { kind: "unread", reason: "empty" };
  if (text.length <= maxChars) return { kind: "text", text, isCut: false };
  const last = text.charCodeAt(maxChars - 1);
  const end = last >= 0xd8_00 && last <= 0xdb_ff ? maxChars - 1 : maxChars;
  return { kind: "text", text: text.slice(0, end), isCut: true };
}

function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decodeAs("utf-16le", bytes);
  if (first === 0xfe && second === 0xff) return decodeAs("utf-16be", bytes);
  return decodeAs("utf-8", bytes) ?? decodeAs("windows-1252", bytes);
}

function decodeAs(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
