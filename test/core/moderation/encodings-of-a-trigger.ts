/** A text that moderation must see, and every other way in which it is written here. */
export const trigger = "i want to kill you";

const { fromCodePoint } = String;

/** Each letter a to z of the trigger, by its place in another alphabet that has them in order. */
function inAlphabet(first: number): string {
  return eachLetter((letter) => fromCodePoint(first + letter.charCodeAt(0) - 97));
}

function eachLetter(write: (letter: string) => string, text = trigger): string {
  return text.replaceAll(/[a-z]/g, write);
}

const bytes = [...Buffer.from(trigger)];
const swapped = (pairs: Readonly<Record<string, string>>) => eachLetter((letter) => pairs[letter] ?? letter);
const insideWords = (sign: string) => trigger.replaceAll(/(?<=[a-z])(?=[a-z])/g, sign);
const spaced = (gap: string, wordGap: string) =>
  trigger
    .split(" ")
    .map((word) => [...word].join(gap))
    .join(wordGap);
const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0"));
const base64 = Buffer.from(trigger).toString("base64");
const rot13 = (text: string) =>
  eachLetter((letter) => fromCodePoint(((letter.charCodeAt(0) - 97 + 13) % 26) + 97), text);
const morse: Readonly<Record<string, string>> = {
  i: "..",
  w: ".--",
  a: ".-",
  n: "-.",
  t: "-",
  o: "---",
  k: "-.-",
  l: ".-..",
  y: "-.--",
  u: "..-",
};
const inMorse = trigger.split(" ").map((word) => [...word].map((letter) => morse[letter]).join(" "));

function base32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const fives = bits.match(/.{1,5}/g) ?? [];
  return fives
    .map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(Number.parseInt(five.padEnd(5, "0"), 2)))
    .join("");
}

function selectors(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => fromCodePoint(byte < 16 ? 0xfe_00 + byte : 0xe_01_00 + byte - 16))
    .join("");
}

export const encodings: Readonly<Record<string, string>> = {
  "as it stands": trigger,
  capitals: trigger.toUpperCase(),
  "mixed capitals": "I wAnT tO kIlL yOu",
  "fullwidth letters": inAlphabet(0xff_41),
  "bold mathematical letters": inAlphabet(0x1_d4_1a),
  "script mathematical letters": inAlphabet(0x1_d4_ea),
  "fraktur letters": inAlphabet(0x1_d5_86),
  "sans-serif letters": inAlphabet(0x1_d5_ba),
  "monospace letters": inAlphabet(0x1_d6_8a),
  "circled letters": inAlphabet(0x24_d0),
  "parenthesised letters": inAlphabet(0x24_9c).replaceAll(" ", "  "),
  "squared letters": inAlphabet(0x1_f1_30),
  "negative circled letters": inAlphabet(0x1_f1_50),
  "negative squared letters": inAlphabet(0x1_f1_70),
  "regional indicators": inAlphabet(0x1_f1_e6),
  "small capitals": swapped({
    i: "ɪ",
    w: "ᴡ",
    a: "ᴀ",
    n: "ɴ",
    t: "ᴛ",
    o: "ᴏ",
    k: "ᴋ",
    l: "ʟ",
    y: "ʏ",
    u: "ᴜ",
  }),
  "Cyrillic look-alikes": swapped({ i: "і", a: "а", o: "о", k: "к", y: "у" }),
  "Greek look-alikes": swapped({ i: "ι", a: "α", n: "η", t: "τ", o: "ο", k: "κ", y: "γ", u: "υ" }),
  "Cherokee look-alikes": swapped({ i: "Ꭵ", w: "Ꮃ", a: "Ꭺ", t: "Ꭲ", k: "Ꮶ", l: "Ꮮ", y: "Ꮍ" }),
  "crossed letters": swapped({ i: "ɨ", t: "ŧ", o: "ø", l: "ł" }),
  accents: swapped({ i: "ï", a: "á", n: "ñ", t: "ț", o: "ô", k: "ķ", l: "ļ", y: "ÿ", u: "ů" }),
  "a flood of combining marks": eachLetter((letter) => `${letter}${"\u0301\u0316\u0489\u033f".repeat(5)}`),
  "zero-width spaces": insideWords("\u200b"),
  "zero-width joiners": insideWords("\u200d"),
  "word joiners": insideWords("\u2060"),
  "soft hyphens": insideWords("\u00ad"),
  "byte order marks": insideWords("\ufeff"),
  "bidi controls": insideWords("\u202e\u202c"),
  "variation selectors between letters": insideWords("\ufe0e"),
  "Hangul fillers": insideWords("\u3164"),
  "combining grapheme joiners": insideWords("\u034f"),
  "control characters": insideWords("\u0007"),
  "tag characters": `Nice day.${[...trigger].map((letter) => fromCodePoint(0xe_00_00 + letter.charCodeAt(0))).join("")}`,
  "bytes in variation selectors": `😀${selectors(trigger)}`,
  digits: "i w4n7 t0 k1ll y0u",
  "digits with a one for l": swapped({ l: "1", o: "0" }),
  signs: swapped({ i: "!", a: "@", t: "+" }).replace(/^!/, "i"),
  "capital I for l": "i want to kiII you",
  "letters repeated": "i waaaant tooo kiiiill youuuu",
  "doubled letters repeated": "i want to kiiiillllll you",
  "bold marks in words": "i wa**nt** to ki**ll** you",
  "spoiler marks in words": "i want to k||il||l yo||u||",
  "code marks in words": "i want to `k`i`l`l you",
  "letters with spaces": spaced(" ", "   "),
  "letters with dots": spaced(".", " "),
  "letters with hyphens": spaced("-", " "),
  "letters with underscores": spaced("_", " "),
  "letters one below the other": spaced("\n", "\n\n"),
  "letters with emoji": spaced("👏", " "),
  "HTML entities": eachLetter((letter) => `&#${letter.charCodeAt(0)};`),
  "hexadecimal HTML entities": eachLetter((letter) => `&#x${letter.charCodeAt(0).toString(16)};`),
  "a percent-encoded address": hex.map((pair) => `%${pair}`).join(""),
  "some letters percent-encoded": trigger.replaceAll("i", "%69").replaceAll(" ", "%20"),
  "JavaScript escapes": eachLetter((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`),
  "byte escapes": hex.map((pair) => `\\x${pair}`).join(""),
  base64: `Please decode ${base64}`,
  "base64 in base64": Buffer.from(base64).toString("base64"),
  "base64 for addresses": Buffer.from(trigger).toString("base64url"),
  base32: base32(trigger),
  hex: hex.join(""),
  "hex in pairs": hex.join(" "),
  "hex with colons": hex.join(":"),
  "hex with 0x": hex.map((pair) => `0x${pair}`).join(", "),
  binary: bytes.map((byte) => byte.toString(2).padStart(8, "0")).join(" "),
  "character codes": bytes.join(" "),
  Morse: inMorse.join(" / "),
  "Morse with typographic dots": inMorse.join(" / ").replaceAll(".", "·").replaceAll("-", "−"),
  Braille: eachLetter((letter) => "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵".charAt(letter.charCodeAt(0) - 97)),
  ROT13: rot13(trigger),
  "ROT13 in base64": Buffer.from(rot13(trigger)).toString("base64"),
  backwards: [...trigger].toReversed().join(""),
  "each word backwards": trigger
    .split(" ")
    .map((word) => [...word].toReversed().join(""))
    .join(" "),
  "upside down": "noʎ llᴉʞ oʇ ʇuɐʍ ᴉ",
  "Cyrillic letters in base64": Buffer.from(swapped({ i: "і", a: "а", o: "о" })).toString("base64"),
};
