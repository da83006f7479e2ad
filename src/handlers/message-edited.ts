import { turnOf } from "../core/conversation.ts";
import type { Conversation, Turn } from "../core/conversation.ts";
import { identityOf, identityOfMessage } from "../core/event.ts";
import type { MessageEdited } from "../core/event.ts";
import { personKey } from "../core/ids.ts";
import type { ConversationKey } from "../core/ids.ts";
import { withRecentTurns } from "../core/moderation/recent-messages.ts";
import { mayEnterPrompt } from "../core/prompt.ts";
import { reviewOf } from "../core/review.ts";
import { answeringAgain } from "./answer-again.ts";
import { publishControl } from "./control.ts";
import type { OfferRemoval } from "./offer-removal.ts";
import { judgeMore } from "./judge-turns.ts";
import type { JudgingTurns } from "./judge-turns.ts";
import { authorOf } from "./pauses.ts";
import type { Pauses } from "./pauses.ts";
import { countTurn } from "./recall.ts";
import { reporting } from "./report-review.ts";
import { callContext } from "./story.ts";
import type { ChatMessageDeps } from "./story.ts";
import { amendingSummary, commitBesideFolds } from "./summary-due.ts";
import { tellBlocked } from "./tell-blocked.ts";
import { indexAgain } from "./threads/index-again.ts";
import type { IndexAgainDeps } from "./threads/index-again.ts";

/**
 * Amends the memory of a message that Parley took in. The new text is judged like any input: where it is blocked, the
 * message leaves the memory and its author is told. A reply that is being written to it begins again; the newest answer of
 * the conversation is written anew in its place.
 */
export type HandleMessageEdited = (event: MessageEdited, signal: AbortSignal) => Promise<void>;

/** Of the conversation, among which its author's few are looked for. */
const recentTurns = 20;

export function createHandleMessageEdited(
  deps: ChatMessageDeps & Pick<IndexAgainDeps, "stores"> & { readonly pauses: Pick<Pauses, "until"> },
  offerRemoval: OfferRemoval,
): HandleMessageEdited {
  const { storage, models, settings } = deps;
  const { answers, conversations, ledger } = deps.stores;
  const { words, log, now } = deps.ambient;

  return async (event, signal) => {
    const { conversation: key, place, message } = event;
    const [isSeen, imported] = await Promise.all([
      storage.queue.seen(identityOfMessage(place, message)),
      conversations.importedInto(place, message),
    ]);
    await amendIn(key, isSeen, event, signal);
    for (const other of imported) if (other !== key) await amendIn(other, false, event, signal);
    if (isSeen) await followUp(event, signal);
    await indexAgain(key, deps);
  };

  /** What was taken in from before Parley was called is amended where it is remembered. */
  async function amendIn(
    key: ConversationKey,
    isSeen: boolean,
    event: MessageEdited,
    signal: AbortSignal,
  ): Promise<void> {
    const { message } = event;
    const [conversation, stored] = await Promise.all([
      conversations.get(key),
      conversations.turn(key, message),
    ]);
    if (!isSeen && stored === undefined) return;
    const edited = editedTurn(event, stored, conversation);
    if (stored && stored.revision >= edited.revision) return;
    if (stored?.text === edited.text) return;

    // Not judged yet, the message is still on its way: whoever answers it finds the new text here, and judges it.
    if (stored === undefined || conversation === undefined) {
      await storage.commit([conversations.putting(key, edited)]);
    } else {
      await amend(event, edited, conversation, isSeen, signal);
    }
    await publishControl(storage.signals, key, { kind: "edited", message });
  }

  /** What becomes of the answer. */
  async function followUp(event: MessageEdited, signal: AbortSignal): Promise<void> {
    const { conversation: key, place, message, editedAt } = event;
    const answer = await answers.toQuestion(place, message);
    if (answer === undefined) return;
    if ((await conversations.turn(key, message)) === undefined) return offerRemoval(event, signal);
    const newest = await answers.newest(key);
    if (newest?.cause !== answer.cause || (await deps.pauses.until(authorOf(event))) !== undefined) return;
    const edition = `edited/${message}/${editedAt}`;
    const again = await answeringAgain(answer, { edition, ifChanged: true }, conversations);
    if (again) await storage.commit([again]);
  }

  async function amend(
    event: MessageEdited,
    edited: Turn,
    conversation: Conversation,
    isSeen: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { key } = conversation;
    const persona = await settings.personaFor(event.place, { user: event.author.name, signal });
    const before = await conversations.newest(key, recentTurns, edited);
    const judging: JudgingTurns = {
      moderate: models.moderate,
      place: event.place,
      kindOf: () => "edit",
      joinedWith: (turn) => withRecentTurns(turn, before),
    };
    const { verdicts, call } = await judgeMore([edited], judging, signal);
    const verdict = verdicts.get(edited.id);
    const turn = { ...(await countTurn(edited, persona.model, models.tokens)), ...(verdict && { verdict }) };
    const kept = mayEnterPrompt(turn);
    if (!kept && verdict) {
      log.info({ conversation: key, categories: verdict.categories }, "edited message blocked");
      // Who never spoke to Parley didn't ask for its opinion.
      if (isSeen)
        await tellBlocked(event, verdict, { platform: deps.platformOf(event.place), words, signal });
    }
    const review = isSeen && verdict && reviewOf(event, verdict, { settings: settings.reviews, now: now() });
    const change = { by: event.author.id, cause: identityOf(event), now: now() };
    await commitBesideFolds(storage, async () => [
      kept ? conversations.putting(key, turn) : conversations.removing(key, turn.id),
      ...(await amendingSummary(key, [turn], change, { ...deps.stores, conversation })),
      ...(review ? [reporting(review)] : []),
      ...(call ? ledger.adding({ ...call, ...callContext({ last: event }, persona.name) }) : []),
    ]);
  }

  function editedTurn(
    event: MessageEdited,
    stored: Turn | undefined,
    conversation: Conversation | undefined,
  ): Turn {
    const text = event.text.trim() === "" ? words.fileOnly : event.text;
    const revision = event.editedAt;
    if (stored) {
      const { verdict: _judgedOldText, ...rest } = stored;
      return { ...rest, text, revision };
    }
    const { platform, workspace } = event.place;
    const author = personKey(platform, workspace, event.author.id);
    return { ...turnOf({ ...event, text }, conversation, author), revision, tokens: 0, encoding: "" };
  }
}
