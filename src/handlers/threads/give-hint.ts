import { buttonFor } from "../../core/action.ts";
import { isRefusedCall, toAppError } from "../../core/errors.ts";
import type { MessageCreated } from "../../core/event.ts";
import { joinKey } from "../../core/ids.ts";
import type { CallContext } from "../../core/ledger.ts";
import { admit } from "../../core/moderation.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { Operation, Storage } from "../../core/storage.ts";
import type { Conversations, Hints, Ledger } from "../../core/stores.ts";
import type { CalibrationOf } from "../../core/threads/calibration.ts";
import { hintFrom } from "../../core/threads/hint.ts";
import { spaceIn } from "../../core/threads/thread.ts";
import { bookCalls } from "../book-calls.ts";
import type { Ambient, ChatMessageDeps } from "../story.ts";
import type { FindSimilar } from "./find-similar.ts";

/** What the inbox holds where somebody asked something new, and may be told where it was answered. */
export interface HintDue {
  readonly kind: "hint";
  readonly place: MessageCreated["place"];
  readonly question: Pick<MessageCreated, "conversation" | "message" | "author">;
  readonly context: CallContext;
}

export function hinting(due: Omit<HintDue, "kind">): Operation {
  const { conversation, message } = due.question;
  const key = joinKey("hint", conversation, message);
  return {
    op: "queue.enqueue",
    key,
    ids: [key],
    payload: { kind: "hint", ...due } satisfies HintDue,
    people: [due.context.person],
  };
}

/**
 * Tells whoever asked, and nobody else, of a thread in which the same was answered, where there is one that they can read.
 * Nothing is said where nothing is near, or where it can't be looked for: the answer itself stands. @throws AppError `storage_*`
 */
export type GiveHint = (due: HintDue, signal: AbortSignal) => Promise<void>;

/** Fewer words say too little to be compared. */
const leastWords = 4;

export function createGiveHint(deps: {
  readonly platformOf: ChatMessageDeps["platformOf"];
  readonly storage: Pick<Storage, "commit">;
  readonly stores: {
    readonly conversations: Pick<Conversations, "turn">;
    readonly hints: Hints;
    readonly ledger: Ledger;
  };
  readonly moderate: ChatMessageDeps["models"]["moderate"];
  readonly findSimilar: FindSimilar;
  readonly calibrationOf: CalibrationOf;
  readonly ambient: Pick<Ambient, "words" | "log" | "now" | "newId">;
}): GiveHint {
  const { platformOf, storage, stores, moderate, findSimilar, calibrationOf } = deps;
  const { conversations, hints } = stores;
  const { words, log, now, newId } = deps.ambient;
  const said = words.threads.hint;

  return async ({ place, question, context }, signal) => {
    const turn = await conversations.turn(question.conversation, question.message);
    if (turn === undefined || turn.text.trim().split(/\s+/).length < leastWords) return;
    try {
      const input = { text: turn.text, kind: "message", id: turn.id, person: context.person } as const;
      const { verdicts, call } = await moderate([input], place, signal);
      if (call) await bookCalls([call], context, deps);
      const text = verdicts[0] && admit(turn.text, verdicts[0]);
      if (text === undefined) return;
      const asker = question.author.id;
      const looking = { text, place, asker, for: "private", limit: 1, context } as const;
      const found = await findSimilar({ ...looking, except: question.conversation }, signal);
      await bookCalls(found.calls, context, deps);
      const [best] = found.threads;
      if (best === undefined) return;
      const from = hintFrom(
        calibrationOf(spaceIn(best.entry.collection).model),
        await hints.unhelpful(place),
      );
      if (best.similarity < from) return;
      const hint = { id: newId(), place, person: asker, similarity: best.similarity, at: now() };
      await storage.commit(hints.keeping(hint));
      const platform = platformOf(place);
      const link = platform.linkTo(best.entry.place, best.nearest.message);
      const title = quoteText(best.entry.title || words.threads.untitled);
      const buttons = platform.abilities.buttons
        ? [buttonFor({ name: "notHelpful", argument: hint.id }, words)]
        : [];
      const address = link && `[${words.threads.similar.open}](${link})`;
      await platform.notify(place, asker, said.text(title, address), signal, buttons);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code.startsWith("storage_")) throw error;
      // It would come too late when it is tried again.
      const fields = { code: error.code, isRefused: isRefusedCall(error) };
      log.info(fields, "no hint of earlier threads was given");
    }
  };
}
