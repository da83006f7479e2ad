import type { Steps } from "../tokens/slices.ts";
import { chunksOf } from "./chunks.ts";
import { isInvisible, selectorByte, tagLetter } from "./invisible.ts";

/** A text as it is seen, and what was hidden in characters that nobody sees. */
export interface SeenText {
  readonly text: string;
  readonly hidden: string;
}

const plainAscii = /^[\t\n\r -~]*$/;
const mark = /\p{M}/u;
/** Scripts whose letters are read without their marks. In the others a mark can be a vowel. */
const marksAreDecoration = /\p{Script=Latin}|\p{Script=Greek}|\p{Script=Common}/u;
/** More marks on one letter than any language writes hide it. */
const maxMarks = 2;
/** Some ligatures stand for whole sentences (U+FDFA has 18 letters): a text may not grow by more. */
const maxExpansion = 6;

/** Compatibility forms folded (NFKC), the invisible and decorations taken out. */
export function* seeCharacters(text: string): Steps<SeenText> {
  const seen: string[] = [];
  const hidden: string[] = [];
  const bytes: number[] = [];
  for (const chunk of chunksOf(text)) {
    seen.push(plainAscii.test(chunk) ? chunk : seeChunk(chunk, hidden, bytes));
    yield;
  }
  const smuggled = bytes.length < 4 ? "" : new TextDecoder().decode(Uint8Array.from(bytes));
  return { text: seen.join(""), hidden: [hidden.join(""), smuggled].filter(Boolean).join("\n") };
}

function seeChunk(chunk: string, hidden: string[], bytes: number[]): string {
  let out = "";
  let marks = 0;
  let isDecorated = false;
  for (const character of decompose(chunk)) {
    if (character < "\u0080" && character >= " ") {
      out += character;
      marks = 0;
      isDecorated = true;
    } else if (isInvisible(character)) {
      const codePoint = character.codePointAt(0) ?? 0;
      const letter = tagLetter(codePoint);
      const byte = selectorByte(codePoint);
      if (letter !== undefined) hidden.push(letter);
      // Emoji are full of the sixteenth, which asks for colour.
      if (byte !== undefined && codePoint !== 0xfe_0f) bytes.push(byte);
    } else if (mark.test(character)) {
      marks++;
      if (!isDecorated && marks <= maxMarks) out += character;
    } else {
      out += character;
      marks = 0;
      isDecorated = marksAreDecoration.test(character);
    }
  }
  return out.normalize("NFC");
}

function decompose(chunk: string): string {
  const whole = chunk.normalize("NFKD");
  if (whole.length <= chunk.length * maxExpansion) return whole;
  const few = (character: string): string => {
    const parts = character.normalize("NFKD");
    return parts.length <= maxExpansion ? parts : " ";
  };
  return Array.from(chunk, few).join("");
}
