import { turnOf } from "../../core/conversation.ts";
import type { Turn } from "../../core/conversation.ts";
import { AppError } from "../../core/errors.ts";
import type { MessageId } from "../../core/ids.ts";
import type { CallContext } from "../../core/ledger.ts";
import { mayEnterPrompt } from "../../core/prompt.ts";
import { takeReply } from "../flood.ts";
import { judgingReply } from "../judge-reply.ts";
import { judgeTurns } from "../judge-turns.ts";
import { createMakeRequest } from "../make-request.ts";
import type { ActivePersona } from "../persona-choice.ts";
import { countTurn, createTurnBudget } from "../recall.ts";
import { createOpenGate } from "../reply-gate.ts";
import { callContext } from "../story.ts";
import type { ChatMessageDeps } from "../story.ts";
import type { StreamedAnswer } from "../stream-answer.ts";
import { createStreamWithTools } from "../stream-with-tools.ts";
import { explainBlocked } from "../tell-blocked.ts";
import type { SearchThreads } from "../threads/search-threads.ts";
import type { CommandAnswer, CommandContext } from "./command.ts";
import { refuse } from "./refuse.ts";

export type AnswerOnceDeps = Pick<
  ChatMessageDeps,
  "platformOf" | "storage" | "stores" | "models" | "settings" | "ambient"
>;

/** A question that stands alone, and what is to be read before it. */
export interface AskedOnce {
  readonly text: string;
  /** What others wrote, oldest first; nobody has judged it yet. */
  readonly before?: readonly UncountedTurn[];
  /** Whether the question makes no sense where moderation blocks a part of `before`. */
  readonly needsAll?: boolean;
  /** What the persona of the place becomes for it. */
  readonly as?: (persona: ActivePersona) => ActivePersona;
  /** Whether the model may look something up for it. */
  readonly mayUseTools?: true;
  /** What is said above and below the answer, once it is known how much of `before` was read. */
  readonly frame?: (read: ReadBefore) => { readonly above?: string; readonly below?: readonly string[] };
}

export interface ReadBefore {
  readonly turns: readonly UncountedTurn[];
  readonly blocked: number;
  readonly trimmed: boolean;
}

export type UncountedTurn = Omit<Turn, "tokens" | "encoding">;

/**
 * Answers one question as the persona of its place would. Nothing of it is remembered but what it cost.
 * @throws AppError `flooded`, `moderation_unavailable`, `persona_blocked`, `context_overflow`, `model_*`
 */
export type AnswerOnce = (asked: AskedOnce, context: CommandContext) => Promise<CommandAnswer>;

export function createAnswerOnce(
  deps: AnswerOnceDeps & { readonly searchThreads: SearchThreads },
): AnswerOnce {
  const { storage, models, settings } = deps;
  const { ledger } = deps.stores;
  const { words, explain, log, now } = deps.ambient;
  const withoutTools = { ...settings.limits, tools: [] };
  const streamWithTools = createStreamWithTools(deps);
  const streamOnce = createStreamWithTools({ ...deps, settings: { limits: withoutTools } });
  const budgetWithTools = createTurnBudget(models.tokens, settings.limits);
  const budgetWithout = createTurnBudget(models.tokens, withoutTools);
  const makeRequest = createMakeRequest({ tokens: models.tokens, words });
  const openGate = createOpenGate({ moderate: models.moderate, replies: settings.replies, log });

  function judgingLater(text: string, { place, id }: CommandContext, context: CallContext) {
    return settings.replies === "log" && text !== "" ? [judgingReply({ place, id, context, text })] : [];
  }

  return async ({ text, before = [], needsAll = false, as, mayUseTools, frame }, context) => {
    const { place, conversation, by: author, person, signal } = context;
    const last = { place, conversation, author };
    await takeReply(last, storage.counters, settings.flood);
    const here = await settings.personaFor(place, { user: author.name, signal });
    const persona = as?.(here) ?? here;
    const spent = (call: StreamedAnswer["call"]) =>
      ledger.adding({ ...call, ...callContext({ last }, persona.name) });

    const asked = turnOf(
      { message: context.id as MessageId, author, text, sentAt: now() },
      undefined,
      person,
    );
    const turns = [...before, asked];
    const kindOf = ({ id }: Pick<Turn, "id">) => (id === asked.id ? "command" : "history");
    const judging = { moderate: models.moderate, place, kindOf } as const;
    const [budget, judged, counted] = await Promise.all([
      (mayUseTools ? budgetWithTools : budgetWithout)(persona),
      judgeTurns(turns, persona, judging, signal),
      Promise.all(turns.map((turn) => countTurn(turn, persona.model, models.tokens))),
    ]);
    if (judged.call) await storage.commit(spent(judged.call));
    const known = counted.map((turn): Turn => {
      const verdict = judged.verdicts.get(turn.id);
      return { ...turn, ...(verdict && { verdict }) };
    });
    const blocked = known.filter((turn) => !mayEnterPrompt(turn));
    const stops = blocked.find((turn) => needsAll || turn.id === asked.id);
    if (stops !== undefined) {
      log.info({ conversation, categories: stops.verdict?.categories ?? [] }, "command blocked");
      return refuse(
        stops.verdict === undefined ? words.blockedInPublic : explainBlocked(stops.verdict, words),
      );
    }

    const { pinned } = judged;
    const questions = known.filter(({ id }) => id === asked.id);
    const window = known.filter((turn) => turn.id !== asked.id && mayEnterPrompt(turn)).toReversed();
    const heard = { persona, questions, window, pinned, ...budget };
    const { request, fitted, promptTokens } = await makeRequest(heard, person, budget.budgetTokens);
    const payer = callContext({ last }, persona.name);
    const answer = await (mayUseTools ? streamWithTools : streamOnce)({
      request,
      promptTokens,
      searching: { place, asker: author.id, conversation, context: payer },
      openGate: () => openGate({ place, id: context.id, onText: () => undefined, signal }),
      signal,
    });
    await storage.commit([
      ...[answer.call, ...answer.judging].flatMap(spent),
      ...judgingLater(answer.text, context, callContext({ last }, persona.name)),
    ]);
    const failure = failureOf(answer);
    // Nobody has seen the first words of a private answer: after a stop, the next start asks anew.
    if (failure && (answer.text === "" || failure.code === "aborted")) throw failure;
    const read = fitted.turns.filter(({ id }) => id !== asked.id);
    const framed = frame?.({ turns: read, blocked: blocked.length, trimmed: fitted.trimmed });
    const paragraphs = [
      framed?.above,
      answer.text === "" ? words.emptyAnswer : answer.text,
      failure && explain(failure, { conversation, model: persona.model }),
      answer.finish === "length" && words.lengthReached,
      context.attachments.length > 0 &&
        words.unreadFiles(context.attachments.map(({ name }) => ({ name, reason: "withCommand" }))),
      fitted.cutNewestTo !== undefined && words.messageCut(fitted.cutNewestTo),
      ...(framed?.below ?? []),
      answer.replacedBy !== undefined && words.budgets.replaced(answer.replacedBy),
      settings.footerFor(place),
    ];
    return { text: paragraphs.filter(Boolean).join("\n\n") };
  };
}

function failureOf({ error, finish }: StreamedAnswer): AppError | undefined {
  return error ?? (finish === "filtered" ? new AppError("model_filtered", "content filter") : undefined);
}
