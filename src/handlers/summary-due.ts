import type { Conversation } from "../core/conversation.ts";
import { toAppError } from "../core/errors.ts";
import { joinKey } from "../core/ids.ts";
import type { ConversationKey, PersonId } from "../core/ids.ts";
import type { Place } from "../core/event.ts";
import type { Operation, Storage } from "../core/storage.ts";
import type { Summaries } from "../core/stores.ts";
import { isCovered } from "../core/summary.ts";
import type { TurnPosition } from "../core/summary.ts";

/** What the inbox holds where the beginning of a conversation is to be folded into its summary. */
export interface SummaryDue {
  readonly kind: "summary";
  readonly place: Place;
  readonly conversation: ConversationKey;
  /** Whose message it follows from; the call is made for them. */
  readonly by: PersonId;
}

/** Where a conversation has nobody any more. */
const nobody = "" as PersonId;

/** Many messages that are deleted at once are one reason to make a summary again. */
const gatherMs = 1_000;

/** Puts a fold into the inbox, once a cause. It waits for nobody, and nobody waits for it. */
export function foldingSummary(due: Omit<SummaryDue, "kind">, cause: string, runAt?: number): Operation {
  const { conversation } = due;
  return {
    op: "queue.enqueue",
    key: joinKey("summary", conversation),
    ids: [joinKey("summary", conversation, cause)],
    payload: { kind: "summary", ...due } satisfies SummaryDue,
    ...(runAt !== undefined && { runAt }),
  };
}

/**
 * What a change of remembered turns does to the summary: where it stands for one of them it is gone at once, and made again
 * from what is left. A summary that is being written just now is written again. Fails the commit with `version_conflict`
 * where one was finished meanwhile.
 */
export async function amendingSummary(
  key: ConversationKey,
  changed: readonly TurnPosition[],
  { by, cause, now }: { readonly by: PersonId | undefined; readonly cause: string; readonly now: number },
  {
    summaries,
    conversation,
  }: { readonly summaries: Summaries; readonly conversation: Conversation | undefined },
): Promise<readonly Operation[]> {
  if (changed.length === 0 || conversation === undefined) return [];
  const { value: summary, version } = await summaries.get(key);
  if (!changed.some((turn) => isCovered(turn, summary))) return [summaries.putting(key, summary, version)];
  const [anybody] = Object.keys(conversation.labels) as PersonId[];
  const due = { place: conversation.place, conversation: key, by: by ?? anybody ?? nobody };
  return [summaries.putting(key, undefined, version), foldingSummary(due, cause, now + gatherMs)];
}

/** A fold that finishes in between is seen by the next try. */
const maxTries = 5;

/** Commits what `operations` make of the summary as it stands; where that has changed meanwhile, they are made again. */
export async function commitBesideFolds(
  storage: Pick<Storage, "commit">,
  operations: () => Promise<readonly Operation[]>,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await storage.commit(await operations());
    } catch (thrown) {
      if (tries === maxTries || toAppError(thrown).code !== "version_conflict") throw thrown;
    }
  }
}
