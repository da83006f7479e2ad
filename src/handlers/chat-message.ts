import type { Turn } from "../core/conversation.ts";
import { AppError, isRefusedCall } from "../core/errors.ts";
import type { MessageId } from "../core/ids.ts";
import type { CallContext } from "../core/ledger.ts";
import type { Operation } from "../core/storage.ts";
import { isFoldDue } from "../core/summary.ts";
import { bookInAnyCase } from "./book-calls.ts";
import { watchControl } from "./control.ts";
import type { ControlSignal } from "./control.ts";
import type { EndStory } from "./end-story.ts";
import { createHearQuestions } from "./hear-questions.ts";
import { judgingReply } from "./judge-reply.ts";
import type { HeldClaim } from "./lease.ts";
import { openStory } from "./open-story.ts";
import { answerAt, countTurn } from "./recall.ts";
import { callContext } from "./story.ts";
import type { AnswerAgain, Ending, Heard, Story } from "./story.ts";
import { foldingSummary } from "./summary-due.ts";
import { createWriteAnswer } from "./write-answer.ts";
import { hinting } from "./threads/give-hint.ts";
import type { WriteAnswerDeps, WrittenAnswer } from "./write-answer.ts";

/** Answers the messages of one claim in one reply. @throws AppError; the claim is then as it was. */
export type HandleChatMessage = (claim: HeldClaim, shutdown: AbortSignal) => Promise<void>;

/** Replies to bots until a person speaks again. */
const maxBotTurns = 3;
/** The last words of a reply are posted even while somebody stops it; this bounds how long that may take. */
const lastWordsMs = 30_000;

export function createHandleChatMessage(deps: WriteAnswerDeps, end: EndStory): HandleChatMessage {
  const { storage, models } = deps;
  const { answers, conversations, ledger, stops } = deps.stores;
  const { words, explain, log, metrics, now } = deps.ambient;
  const hearQuestions = createHearQuestions(deps);
  const writeAnswer = createWriteAnswer(deps);

  return async (claim, shutdown) => {
    const ended = AbortSignal.any([shutdown, claim.lease.lost]);
    const story = await openStory(claim, deps, ended);
    if (claim.state !== undefined) metrics.storyResumed(story.platform.name);
    let attempt = new AbortController();
    const watch = await watchControl(storage.signals, story.last.conversation, (signal) => {
      if (concerns(signal, story)) attempt.abort(signal);
    });
    try {
      for (;;) {
        attempt = new AbortController();
        try {
          return await tellStory(story, attempt, ended);
        } catch (thrown) {
          // A question was edited or deleted: the story begins again, in the same messages.
          const again = attempt.signal.aborted && !wasStopped(attempt.signal) && !ended.aborted;
          if (!again) throw thrown;
          story.ending = undefined;
        }
      }
    } finally {
      await watch.close();
    }
  };

  async function tellStory(story: Story, attempt: AbortController, ended: AbortSignal): Promise<void> {
    const interrupted = attempt.signal;
    const signal = AbortSignal.any([interrupted, ended]);
    if (story.ending !== undefined) {
      const isWanted = story.ending.kind === "explanation" || (await isStillAsked(story));
      return isWanted ? end.withKeptReply(story, signal) : end.withoutReply(story, "withdrawn", ended);
    }
    if (story.again !== undefined && !(await isWanted(story.again))) return end.withoutChange(story);
    const heard = await hearQuestions(story, signal);
    const questions = await stillStanding(heard);
    if (questions.length === 0)
      return end.withoutReply(story, story.told.size > 0 ? "blocked" : "withdrawn", ended);
    if (heard.conversation.botTurns > maxBotTurns) {
      log.info({ conversation: heard.conversation.key }, "bots have talked to each other long enough");
      return end.withoutReply(story, "withdrawn", ended);
    }
    if (await stopWasPressed(story))
      return end.withReply(story, { kind: "answer", text: withoutOther(story, words.stopped) }, [], ended);

    story.platform.showActivity(story.last.place, signal).catch((error: unknown) => {
      log.debug({ error: error instanceof Error ? error.name : "unknown" }, "activity not shown");
    });
    const answer = await writeAnswer(story, { ...heard, questions }, signal);
    const change = interrupted.aborted ? undefined : await changeOf(questions, story);
    if (change) attempt.abort(change);
    const context = callContext(story, heard.persona.name);
    const spent = [answer.call, ...answer.judging].flatMap((call) => ledger.adding({ ...call, ...context }));
    const isCut = answer.error?.code === "aborted" && !wasStopped(interrupted);
    if (change !== undefined || isCut || isToldAlone(story, answer)) {
      await storage.commit(spent);
      throw answer.error ?? new AppError("aborted", "what was asked is no longer what was answered");
    }
    // Begun anew, it may grow long again.
    const toldTrimmed = answer.fitted.trimmed || heard.summary !== undefined;
    const { unread: _told, ...told } = heard.conversation;
    const conversation = { ...told, toldTrimmed, lastActiveAt: now() };
    const remembered = await rememberAnswer(story, heard, answer);
    const ending: Ending = {
      kind: answer.error && answer.text === "" ? "explanation" : "answer",
      text: finalText(story, heard, answer, wasStopped(interrupted)),
      answered: questions.map(({ id, revision }) => ({ id: id as MessageId, revision })),
      isCut: answer.finish === "length",
    };
    const kept = [
      ...remembered,
      conversations.saving(conversation),
      ...spent,
      ...foldDue(story, heard),
      ...judgingDue(story, answer.text, context),
      ...hintDue(story, heard, context),
    ];
    const lastWords = AbortSignal.any([ended, AbortSignal.timeout(lastWordsMs)]);
    await bookInAnyCase(spent, () => end.withReply(story, ending, kept, lastWords), deps);
  }

  /** Whether an answer may still be written anew: something else may have been asked, and answered, since. */
  async function isWanted({ conversation, cause, ifChanged }: AnswerAgain): Promise<boolean> {
    const newest = await answers.newest(conversation);
    if (newest?.cause !== cause) return false;
    if (!ifChanged) return true;
    const stored = await Promise.all(newest.questions.map(({ id }) => conversations.turn(conversation, id)));
    return newest.questions.some(({ revision }, i) => stored[i] && stored[i].revision > revision);
  }

  /** The questions as they stand: one that was deleted while it was judged is gone. */
  async function stillStanding({ conversation, questions }: Heard): Promise<readonly Turn[]> {
    const stored = await Promise.all(questions.map((turn) => conversations.turn(conversation.key, turn.id)));
    return stored.filter((turn) => turn !== undefined);
  }

  /** What became of the questions while they were answered: a signal may get lost, what is stored does not. */
  async function changeOf(questions: readonly Turn[], { last }: Story): Promise<ControlSignal | undefined> {
    const stored = await Promise.all(questions.map(({ id }) => conversations.turn(last.conversation, id)));
    const changed = questions.findIndex(({ revision }, i) => stored[i]?.revision !== revision);
    const [question] = questions.slice(changed);
    if (changed < 0 || question === undefined) return undefined;
    return { kind: stored[changed] ? "edited" : "deleted", message: question.id as MessageId };
  }

  /** What was asked may be gone since the reply was written. */
  async function isStillAsked({ questions, last }: Story): Promise<boolean> {
    const stored = await Promise.all(
      questions.map(({ message }) => conversations.turn(last.conversation, message)),
    );
    return stored.some((turn) => turn !== undefined);
  }

  async function stopWasPressed(story: Story): Promise<boolean> {
    const pressed = await Promise.all(story.posted.map((message) => stops.pressed(message)));
    return pressed.includes(true);
  }

  async function rememberAnswer(story: Story, heard: Heard, answer: WrittenAnswer): Promise<Operation[]> {
    if (answer.text === "") return [];
    const turn = await countTurn(
      // A later attempt replaces an earlier.
      {
        id: story.cause,
        role: "assistant",
        text: answer.text,
        messages: story.posted,
        at: answerAt(heard.questions.map(({ at }) => at)),
        revision: now(),
      },
      heard.persona.model,
      models.tokens,
    );
    const { verdict } = answer;
    return [conversations.putting(heard.conversation.key, { ...turn, ...(verdict && { verdict }) })];
  }

  function judgingDue({ last, cause }: Story, text: string, context: CallContext): readonly Operation[] {
    if (deps.settings.replies !== "log" || text === "") return [];
    return [judgingReply({ place: last.place, id: cause, context, text })];
  }

  /** Who begins a conversation may ask what was answered before. */
  function hintDue(
    { last, again }: Story,
    { window, summary }: Heard,
    context: CallContext,
  ): readonly Operation[] {
    const begins = again === undefined && window.length === 0 && summary === undefined;
    if (!begins || deps.settings.hints === "off" || last.author.isBot) return [];
    const { place, conversation, message, author } = last;
    return [hinting({ place, question: { conversation, message, author }, context })];
  }

  /** Later, off the path of the answer. */
  function foldDue({ last, cause }: Story, { questions, window, budgetTokens }: Heard): readonly Operation[] {
    if (!deps.settings.summary.isOn || !isFoldDue([...questions, ...window], budgetTokens)) return [];
    const { place, conversation, author } = last;
    return [foldingSummary({ place, conversation, by: author.id }, cause)];
  }

  function finalText(story: Story, heard: Heard, answer: WrittenAnswer, stopped: boolean): string {
    const { text, error, finish, fitted } = answer;
    const failure =
      error ?? (finish === "filtered" ? new AppError("model_filtered", "content filter") : undefined);
    const paragraphs = [
      text === "" ? story.again?.text : text,
      stopped && words.stopped,
      failure &&
        !stopped &&
        explain(failure, { conversation: heard.conversation.key, model: heard.persona.model }),
      !failure && text === "" && words.emptyAnswer,
      finish === "length" && words.lengthReached,
      heard.unread?.length && words.unreadFiles(heard.unread),
      fitted.cutNewestTo !== undefined && words.messageCut(fitted.cutNewestTo),
      !heard.conversation.toldTrimmed && shortenedNote(heard, fitted),
      heard.conversation.unread && words.unread[heard.conversation.unread],
      text !== "" && answer.replacedBy !== undefined && words.budgets.replaced(answer.replacedBy),
      text !== "" && deps.settings.footerFor(story.last.place),
    ];
    return paragraphs.filter(Boolean).join("\n\n");
  }

  function shortenedNote({ summary }: Heard, { turns, trimmed }: WrittenAnswer["fitted"]): string | false {
    if (summary) return words.summarised(turns.length, summary.turns);
    return trimmed && words.trimmed(turns.length);
  }
}

/** Nothing was written for want of money, and nobody but whoever asked needs to know. */
function isToldAlone({ again, posted }: Story, { error, text }: WrittenAnswer): boolean {
  const isUnseen = again !== undefined || posted.length === 0;
  return error !== undefined && isRefusedCall(error) && text === "" && isUnseen;
}

/** Where no other answer was written, the earlier one stays, and it is said below why. */
function withoutOther({ again }: Story, why: string): string {
  return again ? `${again.text}\n\n${why}` : why;
}

function concerns(signal: ControlSignal, story: Story): boolean {
  if (signal.kind === "stop") return story.posted.includes(signal.message);
  return story.questions.some((question) => question.message === signal.message);
}

/** Whether an attempt was interrupted by the stop button, and not by an edit or a deletion. */
function wasStopped(interrupted: AbortSignal): boolean {
  return interrupted.aborted && (interrupted.reason as ControlSignal).kind === "stop";
}
