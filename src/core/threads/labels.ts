/** Words that say nothing about what a thread is about, in English and German. */
const idle = new Set(
  (
    "a about after again ago already also an and any anything are as ask asked asking at be because been before but by can could did do does for from get got had has have he her here him his how i if in into is it its " +
    "ever just like may me might more most my no not of on one or our out over please shall she should so some something still than that the their them then there these they this those to too " +
    "up us use used using was we were what when where which who why will with would you your anybody anyone somebody someone know knows need want thanks hello hi " +
    "aber als am an auch auf aus bei bin bis bitte da das dass dein dem den der des die dies doch du ein eine einem einen einer er es für gibt habe haben hat ich ihr im in ist ja kann " +
    "kein man mein mit nach nicht noch nur ob oder sein sich sie sind so über um und uns unter vom von vor war was wenn wer wie wir wird wo zu zum zur"
  ).split(" "),
);

/** Scripts without spaces between words are taken by two characters. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const maxTermChars = 24;

/** The terms of a text, small; each as often as it stands there. */
export function termsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu) ?? [];
  return words.flatMap((word) => {
    if (unspaced.test(word)) {
      const characters = [...word];
      return characters.length < 2
        ? characters
        : characters.slice(1).map((each, i) => (characters[i] ?? "") + each);
    }
    return word.length < 3 || word.length > maxTermChars || idle.has(word) || /^\p{N}+$/u.test(word)
      ? []
      : [word];
  });
}

/**
 * What sets each group of texts apart: the terms that are frequent in it and rare in the others (class-based TF-IDF), at
 * most `count`, the most telling first.
 */
export function labelGroups(
  groups: readonly (readonly string[])[],
  count: number,
): readonly (readonly string[])[] {
  const frequencies = groups.map((texts) => {
    const of = new Map<string, number>();
    for (const term of texts.flatMap((text) => [...new Set(termsOf(text))]))
      of.set(term, (of.get(term) ?? 0) + 1);
    return of;
  });
  const everywhere = new Map<string, number>();
  for (const of of frequencies)
    for (const [term, times] of of) everywhere.set(term, (everywhere.get(term) ?? 0) + times);
  const average =
    groups.length === 0 ? 0 : [...everywhere.values()].reduce((sum, each) => sum + each, 0) / groups.length;
  return frequencies.map((of, group) => {
    const size = Math.max(1, groups[group]?.length ?? 1);
    const weigh = ([term, times]: [string, number]): [string, number] => [
      term,
      (times / size) * Math.log(1 + average / (everywhere.get(term) ?? 1)),
    ];
    return [...of]
      .map(weigh)
      .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, count)
      .map(([term]) => term);
  });
}
