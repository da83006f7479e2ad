import type { Calibration } from "./similar.ts";

/**
 * By model. Unrelated texts of OpenAI's newer models stand at 0.05 to 0.25, as their users report; those of the older one above
 * 0.7. `npm run bench -- retrieval` prints what the bounds let through with the offline stand-in.
 */
const byModel: Readonly<Record<string, Calibration>> = {
  "text-embedding-3-small": { related: 0.35, close: 0.5, same: 0.68 },
  "text-embedding-3-large": { related: 0.35, close: 0.5, same: 0.68 },
  "text-embedding-ada-002": { related: 0.78, close: 0.84, same: 0.9 },
};

const usual: Calibration = { related: 0.4, close: 0.55, same: 0.72 };

export function calibrationOf(model: string): Calibration {
  return (Object.hasOwn(byModel, model) ? byModel[model] : undefined) ?? usual;
}
