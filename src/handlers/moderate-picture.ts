import type { Place } from "../core/event.ts";
import type { ModelCall } from "../core/ledger.ts";
import { hashImage, judgeImage } from "../core/moderation.ts";
import type { ReadImage, Verdict } from "../core/moderation.ts";
import type { InputSource } from "../core/moderation/input.ts";
import type { CategoryScores, Metrics, ModerationModel } from "../core/ports.ts";
import type { PolicyFor } from "./moderate.ts";
import type { NoteVerdicts } from "./note-verdicts.ts";

/** @throws AppError `moderation_unavailable`: nothing may be sent on then. */
export type ModeratePicture = (
  image: ReadImage,
  source: InputSource,
  place: Place,
  signal: AbortSignal,
) => Promise<{ readonly verdict: Verdict; readonly call?: ModelCall }>;

/** A message that is tried again shows its pictures again. */
const remembered = 200;

/** Judges a picture by its own bytes, never by its name or its description; one that was judged lately is known. */
export function createModeratePicture(deps: {
  readonly model: ModerationModel;
  readonly policyFor: PolicyFor;
  readonly note: NoteVerdicts;
  readonly metrics: Pick<Metrics, "judged">;
}): ModeratePicture {
  const { model, policyFor, note, metrics } = deps;
  const recent = new Map<string, CategoryScores>();

  async function scoresOf(
    image: ReadImage,
    signal: AbortSignal,
  ): Promise<{ readonly scores: CategoryScores; readonly call?: ModelCall }> {
    const key = hashImage(image);
    const known = recent.get(key);
    if (known) return { scores: known };
    const { scores, call } = await model.classifyPicture(image.sample, signal);
    const oldest = recent.size >= remembered ? recent.keys().next().value : undefined;
    if (oldest !== undefined) recent.delete(oldest);
    recent.set(key, scores);
    return { scores, ...(call && { call }) };
  }

  return async (image, source, place, signal) => {
    const [policy, { scores, call }] = await Promise.all([policyFor(place), scoresOf(image, signal)]);
    const verdict = judgeImage(image, scores, policy);
    metrics.judged(source.kind, verdict.decision, call === undefined);
    await note(place, [source], [verdict]);
    return { verdict, ...(call && { call }) };
  };
}
