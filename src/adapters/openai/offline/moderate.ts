/** One result of `/v1/moderations`. */
export interface ModerationResult {
  readonly flagged: boolean;
  readonly categories: Readonly<Record<string, boolean>>;
  readonly category_scores: Readonly<Record<string, number>>;
  readonly category_applied_input_types: Readonly<Record<string, readonly ["text"]>>;
}

const somebody =
  "(?:you|him|her|them|my (?:boss|wife|husband|neighbou?r|ex)|someone|somebody|people|everyone|everybody)";
const groups =
  "(?:immigrants|foreigners|women|men|gays|muslims|jews|christians|blacks|whites|disabled people)";

/** Phrases rather than words: “kill the process” is daily work. Small, for trying what a block looks like. */
const phrases: Readonly<Record<string, readonly RegExp[]>> = {
  harassment: [
    /\byou(?:'re| are)? (?:all |such )?(?:an? )?(?:stupid |worthless |pathetic )?(?:idiot|moron|loser|scum|piece of (?:shit|trash))s?\b/,
    /\bi hate you\b/,
    /\bshut up,? you\b/,
    /\bfuck you\b/,
  ],
  "harassment/threatening": [
    new RegExp(
      `\\bi(?:'ll| will| am going to|'m going to|'m gonna) (?:hurt|beat up|kill|find and hurt) ${somebody}\\b`,
    ),
  ],
  hate: [
    new RegExp(`\\b(?:i hate|down with|get rid of) (?:all )?(?:the )?${groups}\\b`),
    new RegExp(`\\b${groups} are (?:vermin|subhuman|animals|parasites)\\b`),
  ],
  "hate/threatening": [new RegExp(`\\b(?:kill|shoot|burn|exterminate) (?:all )?(?:the )?${groups}\\b`)],
  illicit: [
    /\bhow (?:do i|can i|to) (?:shoplift|steal|launder money|forge|counterfeit|hack into|pick ?pocket)\b/,
    /\b(?:cook|make|synthesi[sz]e) (?:meth|methamphetamine|heroin|crack cocaine)\b/,
  ],
  "illicit/violent": [
    /\b(?:build|make|assemble) (?:a |an )?(?:pipe |car |nail |home-?made )?(?:bomb|explosive|grenade|molotov cocktail)s?\b/,
  ],
  "self-harm": [/\b(?:kill(?:ing)? myself|end(?:ing)? my life|hurt(?:ing)? myself|cut(?:ting)? myself)\b/],
  "self-harm/intent": [
    /\bi (?:want to|will|am going to|plan to) (?:kill myself|die|end my life|hurt myself)\b/,
  ],
  "self-harm/instructions": [
    /\bhow (?:do i|can i|to) (?:kill myself|end my life|hurt myself|commit suicide)\b/,
  ],
  sexual: [/\b(?:explicit|hardcore) (?:sex|porn|erotica)\b/, /\bwrite (?:me )?(?:some )?(?:porn|erotica)\b/],
  "sexual/minors": [
    /\bsexual(?:ly)? .{0,40}\b(?:child|children|minor|minors|underage)\b/,
    /\bunderage (?:sex|porn)\b/,
  ],
  violence: [
    new RegExp(`\\b(?:kill|murder|stab|shoot|strangle|torture) ${somebody}\\b`),
    /\bmass shooting\b/,
  ],
  "violence/graphic": [
    /\b(?:guts|brains|entrails) (?:spilled|splattered|hanging)\b/,
    /\bblood (?:sprayed|gushed|spurted)\b/,
  ],
};

/** Judges a text by phrases. The scores of the rest are small and the same for the same text. */
export function moderateText(text: string): ModerationResult {
  const plain = normalise(text);
  const names = Object.keys(phrases);
  const hits = new Map(
    names.map((name) => [name, (phrases[name] ?? []).filter((phrase) => phrase.test(plain)).length]),
  );
  const scores = names.map((name, i): [string, number] => {
    const count = hits.get(name) ?? 0;
    return [
      name,
      count > 0 ? Math.min(0.99, 0.85 + 0.06 * count) : 0.00001 * (1 + ((plain.length * 7 + i * 13) % 40)),
    ];
  });
  return {
    flagged: [...hits.values()].some((count) => count > 0),
    categories: Object.fromEntries(names.map((name) => [name, (hits.get(name) ?? 0) > 0])),
    category_scores: Object.fromEntries(scores),
    category_applied_input_types: Object.fromEntries(names.map((name) => [name, ["text"]])),
  };
}

/** Letters of other alphabets, digits and signs that pass for Latin letters. */
const lookAlikes: Readonly<Record<string, string>> = {
  а: "a",
  в: "b",
  е: "e",
  к: "k",
  м: "m",
  н: "h",
  о: "o",
  р: "p",
  с: "c",
  т: "t",
  у: "y",
  х: "x",
  і: "i",
  ѕ: "s",
  ј: "j",
  α: "a",
  ε: "e",
  ι: "i",
  κ: "k",
  ο: "o",
  ρ: "p",
  τ: "t",
  υ: "u",
  ν: "v",
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
};

/** Small plain letters: no accents, nothing invisible, look-alikes folded inside words, single spaces. */
function normalise(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replaceAll(/[\p{M}\p{Cf}]/gu, "")
    .toLowerCase()
    .replaceAll("’", "'");
  const folded = plain.replaceAll(/[^\s.,;:!?]+/gu, (word) =>
    /\p{L}/u.test(word) ? [...word].map((unit) => lookAlikes[unit] ?? unit).join("") : word,
  );
  return folded.replaceAll(/[\s_*~`]+/g, " ");
}
