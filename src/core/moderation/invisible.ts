/**
 * What is in a text and not to be seen: format characters (zero-width, bidi controls, soft hyphens, tags), control
 * characters, variation selectors, and letters that are blank by definition (Hangul fillers, Khmer inherent vowels).
 */
const unseen =
  /[\p{Cf}\p{Variation_Selector}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/u;

export function isInvisible(character: string): boolean {
  return unseen.test(character);
}

/** Tag characters repeat ASCII where nobody sees it, and models read them. */
const firstTag = 0xe_00_00;
/** Variation selectors 17–256 continue the sixteen of the first plane: together they can carry any byte. */
const firstSelectors = 0xfe_00;
const moreSelectors = 0xe_01_00;

/** The ASCII letter that a tag character stands for. */
export function tagLetter(codePoint: number): string | undefined {
  const ascii = codePoint - firstTag;
  return ascii >= 0x20 && ascii < 0x7f ? String.fromCodePoint(ascii) : undefined;
}

/** The byte that a variation selector can carry. */
export function selectorByte(codePoint: number): number | undefined {
  if (codePoint >= firstSelectors && codePoint < firstSelectors + 16) return codePoint - firstSelectors;
  if (codePoint >= moreSelectors && codePoint < moreSelectors + 240) return codePoint - moreSelectors + 16;
  return undefined;
}
