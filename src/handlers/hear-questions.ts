import { labelPeople, newConversation, turnOf } from "../core/conversation.ts";
import type { Conversation, Turn } from "../core/conversation.ts";
import type { MessageCreated } from "../core/event.ts";
import { personKey } from "../core/ids.ts";
import { mayEnterPrompt } from "../core/prompt.ts";
import { takeReply } from "./flood.ts";
import { judgeTurns } from "./judge-turns.ts";
import { answerAt, countTurn, createTurnBudget, readWindow, recountTurns } from "./recall.ts";
import { callContext, checkpoint } from "./story.ts";
import type { ChatMessageDeps, Heard, Story } from "./story.ts";
import { tellBlocked } from "./tell-blocked.ts";

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
  const { words, log, now } = deps.ambient;
  const turnBudget = createTurnBudget(models.tokens, settings.limits);

  return async (story, signal) => {
    const { questions, last } = story;
    const key = last.conversation;
    const persona = await settings.personaFor(last.place, { user: last.author.name, signal });
    const { model } = persona;
    const { budgetTokens, pinnedTokens } = await turnBudget(persona);
    const [known, stored, newest] = await Promise.all([
      conversations.get(key),
      Promise.all(questions.map((question) => conversations.turn(key, question.message))),
      // Written anew, an answer knows what was known before it.
      readWindow(conversations, key, budgetTokens, story.again && standingAfter(questions, story.cause)),
      // A story that is resumed was counted.
      isFirstAttempt(story) && takeReply(last, storage.counters, settings.flood),
    ]);
    const authors = questions.map((question) => question.author);
    const begun = known ?? newConversation(last, now());
    const conversation = labelPeople(
      { ...begun, lastActiveAt: now(), botTurns: countBotTurns(story, begun) },
      authors,
    );
    const asked = questions.map((question, i) => askedTurn(question, stored[i], conversation));
    const askedIds = new Set(asked.map((turn) => turn.id));
    const before = newest.filter((turn) => !askedIds.has(turn.id));

    const [judged, counted] = await Promise.all([
      judgeTurns([...asked, ...before], persona, models.moderate, signal),
      Promise.all(asked.map((turn) => countTurn(turn, model, models.tokens))),
    ]);
    const withVerdict = (turn: Turn): Turn => {
      const verdict = judged.verdicts.get(turn.id);
      return verdict ? { ...turn, verdict } : turn;
    };
    const answerable = counted.map(withVerdict);
    await tellAuthors(story, answerable, signal);

    const allowed = answerable.filter(mayEnterPrompt);
    const amended = before
      .filter((turn) => judged.verdicts.has(turn.id))
      .map((turn) => ({ ...withVerdict(turn), revision: turn.revision + 1 }));
    const kept = [
      ...[...allowed, ...amended].map((turn) => conversations.putting(key, turn)),
      ...(allowed.length > 0 ? [conversations.saving(conversation)] : []),
      ...(judged.call ? [ledger.adding({ ...judged.call, ...callContext(story, persona.name) })] : []),
    ];
    await checkpoint(story, kept, deps);
    const window = await recountTurns(before.map(withVerdict).filter(mayEnterPrompt), model, models.tokens);
    return {
      conversation,
      persona,
      questions: allowed,
      window,
      pinned: judged.pinned,
      pinnedTokens,
      budgetTokens,
    };
  };

  async function tellAuthors(story: Story, turns: readonly Turn[], signal: AbortSignal): Promise<void> {
    for (const [i, question] of story.questions.entries()) {
      const verdict = turns[i]?.verdict;
      if (verdict?.decision !== "block" || story.told.has(question.message)) continue;
      log.info({ conversation: question.conversation, categories: verdict.categories }, "message blocked");
      await story.claim.lease.check();
      await tellBlocked(question, verdict, { platform: story.platform, words, signal });
      story.told.add(question.message);
    }
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
    // Half a step above the edit, so that the judged turn takes the place of the unjudged one.
    const edited = stored && { text: stored.text, revision: stored.revision + 0.5 };
    return { ...turn, ...edited, tokens: 0, encoding: "" };
  }
}

/** Where the answer to these questions stands among the turns. */
function standingAfter(questions: Story["questions"], cause: Story["cause"]): Pick<Turn, "id" | "at"> {
  return { id: cause, at: answerAt(questions.map(({ sentAt }) => sentAt)) };
}

function isFirstAttempt({ claim }: Story): boolean {
  return claim.entries.every((entry) => entry.attempt === 1);
}

function countBotTurns({ questions, claim }: Story, { botTurns }: Conversation): number {
  if (!questions.every((question) => question.author.isBot)) return 0;
  // A story that is resumed was counted.
  return claim.state === undefined ? botTurns + 1 : botTurns;
}
