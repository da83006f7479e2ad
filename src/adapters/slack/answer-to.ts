import { z } from "zod";

/** How a press is answered: what Parley's own events carry from the one process to the next. */
const AnswerTo = z.object({
  url: z.url(),
  /** It stood in a message for one person alone. */
  isEphemeral: z.boolean(),
});
type AnswerTo = z.infer<typeof AnswerTo>;

export function writeAnswerTo(answerTo: AnswerTo): string {
  return JSON.stringify(answerTo);
}

export function readAnswerTo(written: string): AnswerTo {
  return AnswerTo.parse(JSON.parse(written));
}
