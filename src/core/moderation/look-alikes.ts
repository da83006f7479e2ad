/**
 * Letters that pass for a Latin one when they are seen. Derived from confusables.txt of UTS #39 (Unicode 13): the single
 * letters whose skeleton is a Latin letter, less those that NFKC folds. Capitals that look like `i` and `l` stand at `i`.
 */
const lookAlikes: Readonly<Record<string, string>> = {
  a: "ɑαаΑАᎪᗅꓮ𖽀𐊠",
  b: "ƄЬᏏᑲᖯꞴΒВᏴᗷꓐ𐊂𐊡𐌁",
  c: "ⲥсꮯ𐐽𑣲𑣩ⲤСᏟꓚ𐊢𐌂𐐕𐔜",
  d: "ԁᏧᑯꓒᎠᗞᗪꓓ",
  e: "℮ꬲеҽΕЕⴹᎬꓰ𑢦𑢮𐊆",
  f: "ꬵꞙẝքꞘϜᖴꓝ𑣂𑢢𐊇𐊥𐔥",
  g: "ɡᶃƍցԌᏀᏳꓖ",
  h: "һհᏂΗⲎНᎻᕼꓧ𐋏",
  i: "ɩιіꙇӏꭵᎥ𑣃ΙⲒІӀ",
  j: "ϳјꞲͿЈᎫᒍꓙ",
  k: "ΚⲔКᏦᛕꓗ𐔘",
  l: "\u{661}\u{6f1}𐌠𞣇Ɩǀ\u{5d5}\u{5df}\u{627}\u{7ca}ⵏᛁꓲ𖼨𐊊𐌉ⳐᏞᒪꓡ𖼖𑢣𑢲𐐛𐔦",
  m: "ΜϺⲘМᎷᗰᛖꓟ𐊰𐌑",
  n: "ոռΝⲚꓠ𐔓",
  o: "०੦૦௦౦೦൦๐໐၀\u{665}\u{6f5}ᴑꬽοσⲟоჿօ\u{5e1}\u{647}\u{6be}\u{6c1}\u{6d5}ഠဝ𐓪𑣈𑣗𐐬\u{7c0}০୦〇𑓐𑣠ΟⲞОՕⵔዐଠ𐓂ꓳ𑢵𐊒𐊫𐐄𐔖",
  p: "ρⲣрΡⲢРᏢᑭꓑ𐊕",
  q: "ԛգզⵕ",
  r: "ꭇꭈᴦⲅгꮁƦᎡᏒ𐒴ᖇꓣ𖼵",
  s: "ƽѕꮪ𑣁𐑈ЅՏᏕᏚꓢ𖼺𐊖𐐠",
  t: "ΤⲦТᎢꓔ𖼊𑢼𐊗𐊱𐌕",
  u: "ꞟꭎꭒʋս𐓶𑣘Սሀ𐓎ᑌꓴ𖽂𑢸",
  v: "νѵ\u{5d8}𑜆ꮩ𑣀\u{667}\u{6f7}ѴⴸᏙᐯꛟꓦ𖼈𑢠𐔝",
  w: "ѡԝա𑜊𑜎𑜏ꮃ𑣯𑣦ԜᎳᏔꓪ",
  x: "хᕁᕽ𐌢𑣬ꞳΧⲬХⵝᚷꓫ𐊐𐊴𐌗𐔧",
  y: "ɣᶌỿꭚγуүყ𑣜ΥⲨУҮᎩᎽꓬ𖽃𑢤𐊲",
  z: "ꮓ𑣄𐋵𑣥ΖᏃꓜ𑢩",
};

/** Letters that are read as a Latin one among Latin ones: small capitals, turned and crossed letters, rough likenesses. */
const likenesses: Readonly<Record<string, string>> = {
  a: "ᴀɐΛλ∂",
  b: "ʙвβƀɃɓ",
  c: "ᴄɔƈȼ",
  d: "ᴅđĐɗð",
  e: "ᴇǝɘзЗєЄεəɇɛ",
  f: "ꜰɟƒғ",
  g: "ɢƃɠǥ",
  h: "ʜнɥħĦ",
  i: "ɪᴉıɨ",
  j: "ᴊɾɉ",
  k: "ᴋкκʞƙ",
  l: "ʟłŁɫƚɭ",
  m: "ᴍмɯ",
  n: "ɴиИηпΠπɲŋ",
  o: "ᴏøØөθ",
  p: "ᴘþƥ",
  q: "ɋ",
  r: "ʀɹяЯɍ",
  s: "ꜱƨ",
  t: "ᴛтτʇŧŦƭ",
  u: "ᴜυцμ",
  v: "ᴠʌ",
  w: "ᴡʍωшщ",
  x: "χжЖ",
  y: "ʏʎчЧ",
  z: "ᴢƶʐ",
};

const alike = byCharacter(lookAlikes);
const likened = byCharacter(likenesses);

function byCharacter(table: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    Object.entries(table).flatMap(([letter, others]) => [...others].map((other) => [other, letter] as const)),
  );
}

/** Blocks in which the alphabet stands in order, each letter once: the first letter's code point. */
const alphabets: readonly number[] = [
  // Negative circled and negative squared letters, regional indicators.
  0x1_f1_50, 0x1_f1_70, 0x1_f1_e6,
];

/** Braille's letters a to z (Unicode block 2800). */
const braille = "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵";

for (const [i, dots] of [...braille].entries()) alike.set(dots, String.fromCodePoint(0x61 + i));
for (const first of alphabets)
  for (let i = 0; i < 26; i++) alike.set(String.fromCodePoint(first + i), String.fromCodePoint(0x61 + i));

/** The small Latin letter that a character passes for, whatever stands beside it. */
export function lookAlikeFor(character: string): string | undefined {
  return alike.get(character);
}

/** The small Latin letter that a character is read as beside Latin ones. */
export function latinFor(character: string): string | undefined {
  return alike.get(character) ?? likened.get(character);
}
