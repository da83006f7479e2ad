import type { Calibration } from "./similar.ts";

/** From which similarity on texts are near, for the model that made their vectors. */
export type CalibrationOf = (model: string) => Calibration;

/** By model. Unrelated texts of OpenAI's newer ones stand at 0.05 to 0.25, as their users report; those of the older one above 0.7. */
const byModel: Readonly<Record<string, Calibration>> = {
  "text-embedding-3-small": { related: 0.35, close: 0.5, same: 0.68 },
  "text-embedding-3-large": { related: 0.35, close: 0.5, same: 0.68 },
  "text-embedding-ada-002": { related: 0.78, close: 0.84, same: 0.9 },
};

const usual: Calibration = { related: 0.4, close: 0.55, same: 0.72 };

/**
 * The offline stand-in knows words and no meaning. `npm run bench -- retrieval`: from there on something is shown for 69 % of the
 * questions that a thread answers, and for 15 % of the others.
 */
const offline: Calibration = { related: 0.22, close: 0.35, same: 0.6 };

/** Whatever the offline stand-in is asked to be, its vectors are its own. */
export function createCalibrationOf({ isOffline }: { readonly isOffline: boolean }): CalibrationOf {
  if (isOffline) return () => offline;
  return (model) => (Object.hasOwn(byModel, model) ? byModel[model] : undefined) ?? usual;
}
