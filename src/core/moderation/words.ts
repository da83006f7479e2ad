import type { Steps } from "../tokens/slices.ts";
import { chunksOf } from "./chunks.ts";
import { latinFor, lookAlikeFor } from "./look-alikes.ts";

/** How letters are read that can be read in two ways: `1` as i or l, `killl` as kill or kil. */
export type Reading = "usual" | "other";

const digitsAndSigns: Readonly<Record<Reading, Readonly<Record<string, string>>>> = {
  usual: signs("0o 1i 3e 4a 5s 6g 7t 8b 9g @a $s !i |i +t €e £l ¡i"),
  other: signs("0o 1l 2z 3e 4a 5s 6b 7t 8b 9q @a $s !l |l +t €e £l ¡l"),
};

function signs(pairs: string): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.split(" ").map((pair) => [pair.charAt(0), pair.charAt(1)]));
}

/** Marks of formatting, which can stand in the middle of a word and are not shown. */
const formatting = /\*|_|~~|`|\|\|/g;
const latinLetter = /\p{Script=Latin}/u;
const letter = /\p{L}/u;
/** A word of Latin letters and others that look like them: whoever writes one disguises its neighbours, too. */
const mixedWord =
  /\p{Script=Latin}[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Cherokee}]|[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Cherokee}]\p{Script=Latin}/u;
/** Shorter words of Cyrillic and Greek often look like Latin ones. */
const minDisguised = 3;
/** English words double these; others are doubled for emphasis. */
const doubled = "bcdefglmnoprstz";
/**
 * Words in small letters: formatting out, look-alikes and digits folded, repeated letters squeezed. A word of
 * more than 64 characters is read in parts.
 */
export function* readWords(text: string, reading: Reading): Steps<string> {
  const read: string[] = [];
  for (const chunk of chunksOf(text)) {
    const isMixed = mixedWord.test(chunk);
    read.push(chunk.replaceAll(/\S{1,64}/gu, (word) => readWord(word, reading, isMixed)));
    yield;
  }
  return read.join("");
}

function readWord(written: string, reading: Reading, isAmongMixed: boolean): string {
  const characters = Array.from(written.length > 1 ? written.replaceAll(formatting, "") : written);
  const isLatin = latinLetter.test(written);
  const passes = isAmongMixed ? latinFor : lookAlikeFor;
  const isDisguised =
    (isAmongMixed || characters.length >= minDisguised) &&
    characters.every((character) => passes(character) !== undefined || !letter.test(character));
  const signs = digitsAndSigns[reading];
  const end = characters.findLastIndex((character) => character !== "!" && character !== "|");
  let out = "";
  for (const [i, character] of characters.entries()) {
    const latin = isLatin || isDisguised || !letter.test(character) ? latinFor(character) : undefined;
    const sign = isLatin && i <= end ? signs[character] : undefined;
    const isCapitalI =
      reading === "other" && character === "I" && i > 0 && /[a-zI]/.test(characters[i - 1] ?? "");
    out += isCapitalI ? "l" : (latin ?? sign ?? character.toLowerCase());
  }
  return out.replaceAll(/(\p{L})\1{2,}/gu, (_run, one: string) =>
    reading === "usual" && doubled.includes(one) ? one + one : one,
  );
}
