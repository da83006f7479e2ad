import type { Place } from "../core/event.ts";
import { joinKey } from "../core/ids.ts";
import type { CallContext } from "../core/ledger.ts";
import { hashText } from "../core/moderation.ts";
import type { Logger } from "../core/ports.ts";
import type { Operation, Storage } from "../core/storage.ts";
import type { Ledger } from "../core/stores.ts";
import type { Moderate } from "./moderate.ts";

/** What the inbox holds of a reply that was shown and is judged afterwards. */
export interface ReplyShown {
  readonly kind: "shown";
  readonly place: Place;
  /** Names the reply. */
  readonly id: string;
  /** For whom it is judged, as it was written for them. */
  readonly context: CallContext;
  readonly text: string;
}

/** Puts a reply into the inbox to be judged, once a text. It waits for nobody, and nobody waits for it. */
export function judgingReply(shown: Omit<ReplyShown, "kind">): Operation {
  const { id, text, context } = shown;
  const key = joinKey("shown", id, hashText(text));
  return {
    op: "queue.enqueue",
    key,
    ids: [key],
    payload: { kind: "shown", ...shown } satisfies ReplyShown,
    people: [context.person],
  };
}

/** Judges a reply that was shown: what is seen in it is noted as of any input. @throws AppError `moderation_unavailable`, `storage_*` */
export type JudgeReply = (shown: ReplyShown, signal: AbortSignal) => Promise<void>;

export function createJudgeReply(deps: {
  readonly storage: Pick<Storage, "commit">;
  readonly stores: { readonly ledger: Ledger };
  readonly models: { readonly moderate: Moderate };
  readonly ambient: { readonly log: Logger };
}): JudgeReply {
  const { storage, stores, models, ambient } = deps;
  return async ({ place, id, context, text }, signal) => {
    const { verdicts, call } = await models.moderate([{ text, kind: "reply", id }], place, signal);
    if (call) await storage.commit(stores.ledger.adding({ ...call, ...context }));
    const { decision = "block", categories = [] } = verdicts[0] ?? {};
    if (decision !== "allow")
      ambient.log.warn(
        { conversation: context.conversation, decision, categories },
        "seen in a reply that was shown",
      );
  };
}
