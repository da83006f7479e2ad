import fc from "fast-check";

/** Texts on which splitting, encoding or merging is easily got wrong. */
export const awkwardStrings: readonly string[] = [
  "",
  "a",
  "Hello, world! I'm here, you'RE there, they'll see 'tis don't can'T'S",
  "it'ſ o'K 'S's 're'RE'rE 'v 'l 'll'LL ''t",
  "HTTPServer XMLHttpRequest aB Ab ABc ABC's",
  "ǅungla ǅUNGLA ʰa ªº ﬁ ß ẞ İi ıI",
  "今日は良い天気ですね。漢字ABCかな abcカナ",
  "哈AAAA哈aaaa A哈A哈 ไทยA한국B",
  "e\u0301A\u0301\u0301B \u0301 \u0301\u0302 !\u0301a\u0301'S \u0301A \u0301AB",
  "नमस्ते दुनिया العَرَبِيَّة עִבְרִית",
  "1 12 123 1234 12345 ٣٤٥٦ Ⅷ½²³ 1a2b 𝟙𝟚𝟛𝟜",
  "  leading, trailing   ",
  " \t \n \r\n\r\n  x\n\n   \n y \n",
  "a  b   c\t\td\u00a0\u00a0e\u2003\u2003f\u2028g\ufeffh\u200bi\u180ej",
  "\n\n\n   ",
  "   \n\n\nword",
  "!!! ... ??? // /// \\n /\n/\r\n/ -- == ==> <!-- -->",
  " !\n\n  !/\n",
  "https://example.org/a/b?c=d&e=%20#f",
  "<|endoftext|> <|endofprompt|><|fim_prefix|> <|im_start|>system",
  "😀👍🏽👩‍👩‍👧🇩🇪☺️ 𝔸𝕓𝒞 𐐀𐐨 𠀀𪛖",
  "\ud83d \ude00 \ud83d\ud83d\ude00 a\ud800b\udc00",
  "\u0000\u0001\u007f\u0085\u00ad",
  "const f = async (x) => ({ ...x, y: `${x}` }); // TODO\n\t\treturn f;\n}",
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "a".repeat(200),
  "=".repeat(150),
  " ".repeat(300),
  "\n".repeat(100),
  "哈".repeat(60),
  "😀".repeat(40),
  "\u0301".repeat(60),
  "ab".repeat(90),
];

const characters = fc.oneof(
  fc.constantFrom(...("aBéÉß哈日ا\u0301\u094d12½٣ \t\n\r\u00a0\u2028'!/-=😀𝔸𐐨".match(/./gsu) ?? [])),
  fc.constantFrom("'s", "'LL", "'ſ", "\ud800", "\udc00", "ǅ", "ʰ", "  ", "\r\n", " the", "ing", "://"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
);

/** Any characters, lone surrogates included, and often those that the split patterns tell apart. */
export const unicodeString = fc
  .array(characters, { maxLength: 40, size: "max" })
  .map((parts) => parts.join(""));
