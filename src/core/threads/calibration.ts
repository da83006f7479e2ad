import type { Calibration } from "./similar.ts";

/**
 * By model, as measured with `npm run bench -- retrieval` for the offline one; for OpenAI's, whose unrelated texts stand at
 * 0.05 to 0.25, as their users report.
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
