import type { Steps } from "../tokens/slices.ts";
import { chunksOf } from "./chunks.ts";

/** Short words that English is full of: where more of them stand in a text read otherwise, it is meant otherwise. */
const common = new Set(
  (
    "the be to of and in that have it for not on with he as you do at this but his by from they we say her she or an " +
    "will my one all would there their what so up out if about who get which go me when make can like time no just " +
    "him know take into your good some could them see than then now how our want is are was were am us kill die hurt " +
    "hate bomb gun"
  ).split(" "),
);
const maxWordChars = 6;

/** A text read otherwise, where it plainly is written so: ROT13, backwards, upside down. */
export function* readCiphers(text: string): Steps<readonly string[]> {
  let [plain, rotated, reversed, turned] = [0, 0, 0, 0];
  for (const chunk of chunksOf(text)) {
    for (const [word] of chunk.toLowerCase().matchAll(/[a-z]{2,}/g)) {
      if (word.length > maxWordChars) continue;
      if (common.has(word)) plain++;
      if (common.has(rotate(word))) rotated++;
      if (common.has(backwards(word))) reversed++;
    }
    for (const _ of chunk.matchAll(/[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ]/g)) turned++;
    yield;
  }
  const readings: string[] = [];
  if (rotated > plain) readings.push(yield* mapChunks(text, rotate));
  if (reversed > plain)
    readings.push(
      yield* mapBackwards(text, backwards),
      yield* mapChunks(text, (chunk) => chunk.replaceAll(/\S{1,64}/gu, backwards)),
    );
  if (turned > 1) readings.push(yield* mapBackwards(text, (chunk) => backwards(turnUp(chunk))));
  return readings;
}

function* mapChunks(text: string, read: (chunk: string) => string): Steps<string> {
  const out: string[] = [];
  for (const chunk of chunksOf(text)) {
    out.push(read(chunk));
    yield;
  }
  return out.join("");
}

function* mapBackwards(text: string, read: (chunk: string) => string): Steps<string> {
  const out: string[] = [];
  for (const chunk of chunksOf(text)) {
    out.push(read(chunk));
    yield;
  }
  return out.toReversed().join("");
}

function rotate(text: string): string {
  return text.replaceAll(/[a-z]/gi, (letter) => {
    const isUpper = letter <= "Z";
    const first = isUpper ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}

function backwards(text: string): string {
  return Array.from(text).toReversed().join("");
}

const upright = "abcdefghijklmnopqrstuvwxyz";
const upsideDown = "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz";
const uprightOf = new Map([...upsideDown].map((letter, i) => [letter, upright.charAt(i)]));

function turnUp(text: string): string {
  return text.replaceAll(/\p{L}/gu, (letter) => uprightOf.get(letter) ?? letter);
}
