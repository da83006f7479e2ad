import { tokensPerPicture } from "../core/attachment-text.ts";
import { labelPeople, newConversation, turnOf } from "../core/conversation.ts";
import type { Conversation, Turn } from "../core/conversation.ts";
import { isSharedEarlier } from "../core/earlier.ts";
import type { MessageCreated } from "../core/event.ts";
import { personKey } from "../core/ids.ts";
import type { MessageId } from "../core/ids.ts";
import { allowing, strictest } from "../core/moderation.ts";
import type { InputSource } from "../core/moderation/input.ts";
import { withRecentTurns } from "../core/moderation/recent-messages.ts";
import { mayEnterPrompt, turnMessages } from "../core/prompt.ts";
import { reviewOf } from "../core/review.ts";
import type { Operation } from "../core/storage.ts";
import { tokensPerMessage } from "../core/tokens.ts";
import { bookInAnyCase } from "./book-calls.ts";
import { takeReply } from "./flood.ts";
import { createImportEarlier } from "./import-earlier.ts";
import { judgePictures } from "./judge-pictures.ts";
import { createJudgeAsked } from "./judge-asked.ts";
import { judgeMore } from "./judge-turns.ts";
import type { JudgingTurns } from "./judge-turns.ts";
import { answerAt, countTurn, createTurnBudget, recountTurns } from "./recall.ts";
import { createRemember } from "./remember.ts";
import { reporting } from "./report-review.ts";
import { callContext, checkpoint } from "./story.ts";
import type { ChatMessageDeps, Heard, Story } from "./story.ts";

/** So much above what was edited, a judged turn takes the place of the unjudged one, and not of the next edit (half a microsecond). */
const halfStep = 0.000_5;

/**
 * Loads the conversation, judges what is new in it and keeps what may be kept: one durable step. Authors of blocked
 * messages are told; those messages are not kept.
 * @throws AppError `flooded`, `moderation_unavailable`, `persona_blocked`, `context_overflow`, `storage_*`
 */
export function createHearQuestions(
  deps: ChatMessageDeps,
): (story: Story, signal: AbortSignal) => Promise<Heard> {
  const { storage, models, settings } = deps;
  const { conversations, ledger } = deps.stores;
  const { words, now } = deps.ambient;
  const { judgeAsked, tellAuthors } = createJudgeAsked(deps);
  const turnBudget = createTurnBudget(models.tokens, settings.limits);
  const importEarlier = createImportEarlier(deps);
  const remember = createRemember(deps);

  return async (story, signal) => {
    const { questions, last } = story;
    const key = last.conversation;
    const persona = await settings.personaFor(last.place, { user: last.author.name, signal });
    const { model } = persona;
    const room = await turnBudget(persona);
    const [known, stored, memory] = await Promise.all([
      conversations.get(key),
      Promise.all(questions.map((question) => conversations.turn(key, question.message))),
      // Written anew, an answer knows what was known before it.
      remember(key, model, room.budgetTokens, story.again && standingAfter(questions, story.cause)),
      // A story that is resumed was counted.
      isFirstAttempt(story) && takeReply(last, storage.counters, settings.flood),
    ]);
    const begun = labelPeople(
      known ?? newConversation(last, now()),
      questions.map((question) => question.author),
    );
    const bare = questions.map((question, i) => askedTurn(question, stored[i], begun));
    const askedIds = new Set(bare.map((turn) => turn.id));
    const remembered = memory.window.filter((turn) => !askedIds.has(turn.id));
    const judging: JudgingTurns = {
      moderate: models.moderate,
      place: last.place,
      kindOf: ({ id }) => (askedIds.has(id) ? "message" : "history"),
      joinedWith: (turn) => (askedIds.has(turn.id) ? withRecentTurns(turn, remembered) : []),
    };
    // What was asked is judged while what it came with, and what was said before it, is on its way.
    const [first, earlier, files] = await Promise.all([
      judgeAsked(story, { bare, remembered, summary: memory.summary, persona, judging }, signal),
      importEarlier(story, { conversation: begun, isKnown: known !== undefined, model }, signal),
      Promise.all(
        questions.map(({ attachments }) => deps.readAttachments(attachments, story.platform, signal)),
      ),
    ]);
    const conversation = {
      ...earlier.conversation,
      lastActiveAt: now(),
      botTurns: countBotTurns(story, begun),
    };
    const asked = bare.map((turn, i) => withFiles(turn, files[i]?.text ?? ""));
    const unknown = withoutKnown(earlier.turns, remembered);
    const late = [...asked.filter((turn) => turn.files !== undefined), ...unknown];
    const [second, pictures, counted] = await Promise.all([
      judgeMore(late, { ...judging, joinedWith: undefined }, signal),
      Promise.all(
        files.map((read, i) =>
          judgePictures(read, { model, budgetTokens: room.budgetTokens }, (image) =>
            models.moderatePicture(image, pictureOf(questions[i] ?? last), last.place, signal),
          ),
        ),
      ),
      Promise.all(asked.map((turn) => countTurn(turn, model, models.tokens))),
    ]);
    const verdicts = new Map([...first.verdicts, ...second.verdicts]);
    const withVerdict = (turn: Turn): Turn => {
      const verdict = verdicts.get(turn.id);
      return verdict ? { ...turn, verdict } : turn;
    };
    const answerable = counted.map(withVerdict).map((turn, i) => {
      if (turn.verdict === undefined) return turn;
      const ofParts = [first.verdicts.get(turn.id) ?? [], pictures[i]?.verdicts ?? []].flat();
      const verdict = strictest(turn.verdict, ofParts);
      const { allowed } = questions[i] ?? last;
      return { ...turn, verdict: allowed ? allowing(verdict, allowed) : verdict };
    });
    await tellAuthors(
      story,
      answerable.map(({ verdict }) => verdict),
      signal,
    );
    const reported = questions.flatMap((question, i) => {
      const verdict = answerable[i]?.verdict;
      const asked = { settings: settings.reviews, now: now(), question };
      return (verdict && reviewOf(question, verdict, asked)) ?? [];
    });

    const allowed = answerable.filter(mayEnterPrompt);
    // Whoever wrote what is blocked here asked nothing: it is left out without a word.
    const imported = unknown.map(withVerdict).filter(mayEnterPrompt);
    const amended = remembered
      .filter((turn) => verdicts.has(turn.id))
      .map((turn) => ({ ...withVerdict(turn), revision: turn.revision + halfStep }));
    const spent = [first.calls, second.call ?? [], ...pictures.map(({ calls }) => calls)]
      .flat()
      .flatMap((call) => ledger.adding({ ...call, ...callContext(story, persona.name) }));
    const kept = [
      ...reported.map(reporting),
      ...[...allowed, ...amended].map((turn) => conversations.putting(key, turn)),
      ...(allowed.length > 0 ? keeping(imported, conversation, last) : []),
      ...spent,
    ];
    await bookInAnyCase(spent, () => checkpoint(story, kept, deps), deps);
    const before = [...imported, ...remembered.map(withVerdict).filter(mayEnterPrompt)];
    const summary = memory.summary.map(withVerdict).filter(mayEnterPrompt);
    const summaryTokens = summary.reduce((sum, turn) => sum + turn.tokens + tokensPerMessage, 0);
    const pictureTokens = pictures.reduce((sum, { admitted }) => sum + admitted.length, 0) * tokensPerPicture;
    return {
      conversation,
      persona,
      questions: allowed,
      window: await recountTurns(
        before.toSorted((a, b) => b.at - a.at),
        model,
        models.tokens,
      ),
      ...(summary.length > 0 && { summary: { turns: memory.covered } }),
      pictures: new Map(questions.map(({ message }, i) => [message, pictures[i]?.admitted ?? []])),
      unread: pictures.flatMap(({ unread }) => unread),
      pinned: [...first.pinned, ...turnMessages(summary)],
      pinnedTokens: room.pinnedTokens + summaryTokens + pictureTokens,
      budgetTokens: room.budgetTokens - summaryTokens - pictureTokens,
    };
  };

  /** The conversation, with what it took in of before. */
  function keeping(
    imported: readonly Turn[],
    conversation: Conversation,
    { place }: MessageCreated,
  ): readonly Operation[] {
    const { key } = conversation;
    const shared = isSharedEarlier(place) ? imported : [];
    return [
      ...imported.map((turn) => conversations.putting(key, turn)),
      ...shared.map(({ id }) => conversations.importing(place, id as MessageId, key)),
      conversations.saving(conversation),
    ];
  }

  /** The question as a turn: as it was kept by an earlier attempt, or as it stands after an edit that overtook it. */
  function askedTurn(question: MessageCreated, stored: Turn | undefined, conversation: Conversation): Turn {
    if (stored?.verdict !== undefined) return stored;
    const { platform, workspace } = question.place;
    const text = question.text.trim() === "" ? words.fileOnly : question.text;
    const turn = turnOf(
      { ...question, text },
      conversation,
      personKey(platform, workspace, question.author.id),
    );
    // A later edit may be what stands for the message.
    const isAmended = stored !== undefined && stored.revision >= turn.revision;
    const edited = isAmended && { text: stored.text, revision: stored.revision + halfStep };
    return { ...turn, ...edited, tokens: 0, encoding: "" };
  }
}

/** As it enters the prompt, unless an earlier attempt kept it so. */
function withFiles(turn: Turn, files: string): Turn {
  return files === "" || turn.verdict !== undefined ? turn : { ...turn, files };
}

/** Where the answer to these questions stands among the turns. */
function standingAfter(questions: Story["questions"], cause: Story["cause"]): Pick<Turn, "id" | "at"> {
  return { id: cause, at: answerAt(questions.map(({ sentAt }) => sentAt)) };
}

/** Turns of before that aren't remembered already, by themselves or as one of a reply's messages. */
function withoutKnown(turns: readonly Turn[], remembered: readonly Turn[]): readonly Turn[] {
  const known = new Set<string>(remembered.flatMap(({ id, messages }) => [id, ...messages]));
  return turns.filter(({ id }) => !known.has(id));
}

function pictureOf({ place, author, message }: MessageCreated): InputSource {
  const person = personKey(place.platform, place.workspace, author.id);
  return { kind: "picture", person, id: message };
}

function isFirstAttempt({ claim }: Story): boolean {
  return claim.entries.every((entry) => entry.attempt === 1);
}

function countBotTurns({ questions, claim }: Story, { botTurns }: Conversation): number {
  if (!questions.every((question) => question.author.isBot)) return 0;
  // A story that is resumed was counted.
  return claim.state === undefined ? botTurns + 1 : botTurns;
}
