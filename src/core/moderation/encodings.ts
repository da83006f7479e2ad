import type { Steps } from "../tokens/slices.ts";
import { chunksOf } from "./chunks.ts";
import { readMorse } from "./morse.ts";

/** A long piece is decoded in parts: a multiple of 2, 4 and 8, so that no code is cut. */
const maxPieceChars = 4_096;
const maxGroups = 1_024;

/** What is written in one word, by what it can be. */
const wordEncodings: readonly { readonly pattern: RegExp; readonly decode: (word: string) => Uint8Array }[] =
  [
    { pattern: /(?:[01]{8}){3,}/g, decode: (word) => bytesOf(word.match(/[01]{8}/g) ?? [], 2) },
    { pattern: /(?:[0-9a-f]{2}){4,}/gi, decode: (word) => Buffer.from(word, "hex") },
    { pattern: /[a-z2-7]{16,}={0,6}/gi, decode: decodeBase32 },
    { pattern: /[\w+/-]{8,}={0,2}/g, decode: (word) => Buffer.from(word, "base64") },
  ];

/** What is written in one group a character, by what a group looks like; `least` groups make a text. */
const groupEncodings: readonly {
  readonly group: RegExp;
  readonly least: number;
  readonly decode: (groups: readonly string[]) => string;
}[] = [
  { group: /^[01]{8}$/, least: 3, decode: (groups) => toText(bytesOf(groups, 2)) },
  { group: /^(?:0x)?[0-9a-f]{2}h?$/i, least: 3, decode: (groups) => toText(bytesOf(groups, 16)) },
  { group: /^[0-9]{2,3}$/, least: 4, decode: (groups) => toText(bytesOf(groups, 10)) },
  { group: /^(?:[.·•_−–—-]{1,6}|\/)$/, least: 3, decode: readMorse },
];

/** Every piece of a text that plainly is text in an encoding (base64, base32, hex, binary, character codes, Morse), decoded. */
export function* readEncodings(text: string): Steps<readonly string[]> {
  const decoded: string[] = [];
  const runs = groupEncodings.map((): string[] => []);
  let word = "";

  function endRun(i: number): void {
    const { least, decode } = groupEncodings[i] as (typeof groupEncodings)[number];
    const run = runs[i] ?? [];
    if (run.length >= least) keep(decode(run));
    runs[i] = [];
  }
  function keep(piece: string): void {
    if (isText(piece)) decoded.push(piece);
  }
  function readWord(): void {
    for (const { pattern, decode } of wordEncodings)
      for (const [piece] of word.matchAll(pattern)) keep(toText(decode(piece)));
    for (const group of word.split(/[,:;|]+|(?<=\/)|(?=\/)|(?<=[0-9a-f])-/i)) {
      if (group === "") continue;
      for (const [i, { group: pattern }] of groupEncodings.entries()) {
        if (pattern.test(group)) runs[i]?.push(group);
        if (!pattern.test(group) || (runs[i]?.length ?? 0) >= maxGroups) endRun(i);
      }
    }
    word = "";
  }

  for (const chunk of chunksOf(text)) {
    for (const [piece] of chunk.matchAll(/\S+|\s+/g)) {
      if (/^\s/.test(piece)) {
        if (word !== "") readWord();
        continue;
      }
      for (let at = 0; at < piece.length;) {
        const room = maxPieceChars - word.length;
        word += piece.slice(at, at + room);
        at += room;
        if (word.length >= maxPieceChars) readWord();
      }
    }
    yield;
  }
  if (word !== "") readWord();
  for (const i of groupEncodings.keys()) endRun(i);
  return decoded;
}

function bytesOf(groups: readonly string[], base: number): Uint8Array {
  return Uint8Array.from(groups, (group) => Number.parseInt(group.replace(/h$/i, ""), base));
}

/** RFC 4648, 6. */
function decodeBase32(word: string): Uint8Array {
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  for (const letter of word.replaceAll("=", "").toUpperCase()) {
    bits = ((bits << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter)) & 0xf_ff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** UTF-8, or nothing where it isn't; a character that is cut at either end is no reason. */
function toText(bytes: Uint8Array): string {
  const cut = new TextDecoder().decode(bytes).replaceAll(/^\ufffd{1,3}|\ufffd{1,3}$/g, "");
  return cut.includes("\ufffd") ? "" : cut;
}

const minLetters = 3;
/** Random bytes have few letters and many control characters. */
const leastShareOfLetters = 0.7;

function isText(piece: string): boolean {
  if (/(?![\t\n\v\f\r])\p{Cc}/u.test(piece)) return false;
  const letters = piece.match(/[\p{L}\p{M}\s]/gu)?.length ?? 0;
  const units = Array.from(piece).length;
  return letters >= minLetters && letters / units >= leastShareOfLetters;
}
