import { setTimeout as sleep } from "node:timers/promises";

import type { Answer } from "../core/answer.ts";
import type { Place } from "../core/event.ts";
import type { MessageId } from "../core/ids.ts";
import type { Answers } from "../core/stores.ts";

/** A message can be pressed as soon as the platform shows it, which is a little before it is known here. */
const lookAgainAfterMs = [100, 300, 600, 1_000];

/** The answer that stands in a message. */
export async function findShown(
  place: Place,
  message: MessageId,
  answers: Answers,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  for (const ms of lookAgainAfterMs) {
    const answer = await answers.inMessage(place, message);
    if (answer !== undefined) return answer;
    await sleep(ms, undefined, { signal });
  }
  return answers.inMessage(place, message);
}
