import type { Steps } from "../tokens/slices.ts";
import { chunksOf } from "./chunks.ts";

/** Character references of HTML, percent signs of addresses, escapes of programming languages, `U+006B`. */
const escapes =
  /(?:%[0-9a-f]{2}){1,64}|&#x[0-9a-f]{1,6};?|&#[0-9]{1,7};?|&(?:amp|lt|gt|quot|apos|nbsp|shy|zwj|zwnj);|(?:\\u|%u|U\+)\{?[0-9a-f]{4,6}\}?|\\x[0-9a-f]{2}|\\[0-7]{3}|=[0-9A-F]{2}(?==[0-9A-F]{2}|\b)/gi;

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** Escaped characters where they stand: `k&#105;ll`, `k%69ll`, `k\u0069ll`. */
export function* readEscapes(text: string): Steps<string> {
  const out: string[] = [];
  for (const chunk of chunksOf(text)) {
    out.push(chunk.replaceAll(escapes, readEscape));
    yield;
  }
  return out.join("");
}

function readEscape(written: string): string {
  if (/^%[0-9a-f]{2}/i.test(written))
    return new TextDecoder().decode(Buffer.from(written.replaceAll("%", ""), "hex"));
  if (written.startsWith("&#")) {
    const isHex = /^&#x/i.test(written);
    const digits = written.slice(isHex ? 3 : 2).replace(";", "");
    return character(Number.parseInt(digits, isHex ? 16 : 10), written);
  }
  if (written.startsWith("&")) return named[written.slice(1, -1).toLowerCase()] ?? "";
  if (/^\\[0-7]/.test(written)) return character(Number.parseInt(written.slice(1), 8), written);
  const digits = written.replace(/^(?:\\u|%u|u\+|\\x|=)/i, "").replaceAll(/[{}]/g, "");
  return character(Number.parseInt(digits, 16), written);
}

function character(codePoint: number, written: string): string {
  return codePoint <= 0x10_ff_ff ? String.fromCodePoint(codePoint) : written;
}
