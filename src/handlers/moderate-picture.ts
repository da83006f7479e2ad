import type { ModelCall } from "../core/ledger.ts";
import { hashImage, judgeImage } from "../core/moderation.ts";
import type { ModerationPolicy, ReadImage, Verdict } from "../core/moderation.ts";
import type { CategoryScores, ModerationModel } from "../core/ports.ts";

/** @throws AppError `moderation_unavailable`: nothing may be sent on then. */
export type ModeratePicture = (
  image: ReadImage,
  signal: AbortSignal,
) => Promise<{ readonly verdict: Verdict; readonly call?: ModelCall }>;

/** A message that is tried again shows its pictures again. */
const remembered = 200;

/** Judges a picture by its own bytes, never by its name or its description; one that was judged lately is known. */
export function createModeratePicture(deps: {
  readonly model: ModerationModel;
  readonly policy: ModerationPolicy;
}): ModeratePicture {
  const { model, policy } = deps;
  const recent = new Map<string, CategoryScores>();

  return async (image, signal) => {
    const key = hashImage(image);
    const known = recent.get(key);
    if (known) return { verdict: judgeImage(image, known, policy) };
    const { scores, call } = await model.classifyPicture(image.sample, signal);
    const oldest = recent.size >= remembered ? recent.keys().next().value : undefined;
    if (oldest !== undefined) recent.delete(oldest);
    recent.set(key, scores);
    return { verdict: judgeImage(image, scores, policy), call };
  };
}
