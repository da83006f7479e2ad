import type { CauseId, MessageId, PersonId } from "../../src/core/ids.ts";
import type { ReplyIntent } from "../../src/core/platform.ts";

export function intent(cause: string, posted: readonly MessageId[] = [], asker = "ada"): ReplyIntent {
  return { cause: cause as CauseId, asker: asker as PersonId, posted };
}
