/**
 * What is in a text and not to be seen: format characters (zero-width, bidi controls, soft hyphens, tags), control
 * characters, variation selectors, and letters that are blank by definition (Hangul fillers, Khmer inherent vowels).
 */
const unseen = /[\p{Cf}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]|(?![\t\n\r])\p{Cc}/u;

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
