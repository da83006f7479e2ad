import { hash } from "node:crypto";

import type { AttachmentContent, Picture } from "./attachment.ts";
import type { PersonKey } from "./ids.ts";
import { severity, usualRule } from "./moderation/policy.ts";
import type { Decision, ModerationPolicy } from "./moderation/policy.ts";
import type { CategoryScores } from "./ports.ts";
import type { Words } from "./words/en.ts";

/**
 * Text that was judged and may reach a model. Only this module can make one: the constructor is private to it, and the
 * ports of the models take nothing else.
 */
class Judged<T> {
  readonly #value: T;
  constructor(value: T) {
    this.#value = value;
  }
  /** @throws TypeError for anything that moderation did not make. */
  static open<T>(judged: Judged<T>): T {
    return judged.#value;
  }
}

export type Moderated<T> = Judged<T>;

/** The judged value. @throws TypeError for anything that moderation did not make. */
export function openModerated<T>(moderated: Moderated<T>): T {
  return Judged.open(moderated);
}

/** What moderation said about one text, or one picture. The hash ties it to the exact text, without holding it. */
export interface Verdict {
  readonly textHash: string;
  readonly decision: Decision;
  /** Categories that led to a flag or a block, the highest score first. */
  readonly categories: readonly string[];
  /** Of those categories, from 0 to 1. */
  readonly scores?: Readonly<Record<string, number>>;
  /** The moderator who let it through although it was blocked. */
  readonly allowedBy?: PersonKey;
}

/** The verdict after a moderator has allowed exactly what it is about. */
export function allowing(
  verdict: Verdict,
  allowed: { readonly hash: string; readonly by: PersonKey },
): Verdict {
  if (verdict.textHash !== allowed.hash) return verdict;
  return { ...verdict, decision: "allow", allowedBy: allowed.by };
}

export function hashText(text: string): string {
  return hash("sha256", text, "base64url");
}

/** A picture as it was read from a file: what moderation is shown, and what a model would be. */
export type ReadImage = Extract<AttachmentContent, { kind: "image" }>;

/** Of both sizes: a verdict is about the two of them together. */
export function hashImage({ picture, sample }: ReadImage): string {
  return hash("sha256", Buffer.concat([sample.bytes, picture.bytes]), "base64url");
}

/** Applies a policy to what the service said. A category without a rule is blocked when the service flags it. */
export function judge(text: string, scores: CategoryScores, policy: ModerationPolicy): Verdict {
  return applyPolicy(hashText(text), scores, policy);
}

export function judgeImage(image: ReadImage, scores: CategoryScores, policy: ModerationPolicy): Verdict {
  return applyPolicy(hashImage(image), scores, policy);
}

/** Of what was asked about in several ways, each category's worst score. */
export function worstOf(scores: readonly CategoryScores[]): CategoryScores {
  const worst: Record<string, CategoryScores[string]> = {};
  for (const [name, { flagged, score }] of scores.flatMap((each) => Object.entries(each))) {
    const other = worst[name];
    worst[name] = other
      ? { flagged: flagged || other.flagged, score: Math.max(score, other.score) }
      : { flagged, score };
  }
  return worst;
}

/** Verdicts about parts of one message as one about its text: the strictest counts, with the reasons for it first. */
export function strictest(verdict: Verdict, others: readonly Verdict[]): Verdict {
  if (others.every(({ decision }) => decision === "allow")) return verdict;
  const ordered = [verdict, ...others].toSorted((a, b) => severity[b.decision] - severity[a.decision]);
  const scores = ordered.toReversed().map((each) => each.scores ?? {});
  return {
    textHash: verdict.textHash,
    decision: ordered[0]?.decision ?? "block",
    categories: [...new Set(ordered.flatMap(({ categories }) => categories))],
    scores: Object.assign({}, ...scores) as Readonly<Record<string, number>>,
  };
}

function applyPolicy(textHash: string, scores: CategoryScores, policy: ModerationPolicy): Verdict {
  let decision: Decision = "allow";
  const hits: { category: string; score: number }[] = [];
  for (const [category, { flagged, score }] of Object.entries(scores)) {
    const rule = policy[category] ?? usualRule;
    const applies = rule.threshold === undefined ? flagged : score >= rule.threshold;
    if (!applies || rule.action === "allow") continue;
    hits.push({ category, score });
    if (severity[rule.action] > severity[decision]) decision = rule.action;
  }
  hits.sort((a, b) => b.score - a.score);
  const found = Object.fromEntries(hits.map(({ category, score }) => [category, score]));
  return { textHash, decision, categories: hits.map(({ category }) => category), scores: found };
}

/** The only door: answers the text as `Moderated` when the verdict is about this very text and does not block it. */
export function admit(text: string, verdict: Verdict): Moderated<string> | undefined {
  if (verdict.decision === "block" || verdict.textHash !== hashText(text)) return undefined;
  return new Judged(text);
}

/** The same door for a picture: what is let in is the larger one. */
export function admitImage(image: ReadImage, verdict: Verdict): Moderated<Picture> | undefined {
  if (verdict.decision === "block" || verdict.textHash !== hashImage(image)) return undefined;
  return new Judged(image.picture);
}

/** The beginning of a judged text, with the mark that says so: what was judged as a whole stays judged in part. */
export function shortenModerated(
  moderated: Moderated<string>,
  chars: number,
  words: Words,
): Moderated<string> {
  return new Judged(openModerated(moderated).slice(0, chars) + words.cutMark);
}

/** Judged texts one after the other: what was judged in parts stays judged together. */
export function joinModerated(parts: readonly Moderated<string>[], separator: string): Moderated<string> {
  return new Judged(parts.map(openModerated).join(separator));
}
