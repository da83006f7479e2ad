import { z } from "zod";

import { Snowflake } from "./schema.ts";

/** How an interaction is answered: what Parley's own events carry from the one process to the next. */
const AnswerTo = z.object({
  id: Snowflake,
  application: Snowflake,
  /** Good for a quarter of an hour. */
  token: z.string(),
  /** The wait is shown to that person alone. */
  isPrivate: z.boolean(),
});
export type AnswerTo = z.infer<typeof AnswerTo>;

export function writeAnswerTo(answerTo: AnswerTo): string {
  return JSON.stringify(answerTo);
}

export function readAnswerTo(written: string): AnswerTo {
  return AnswerTo.parse(JSON.parse(written));
}
