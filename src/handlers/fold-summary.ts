import { contextSize } from "../core/context.ts";
import type { Turn } from "../core/conversation.ts";
import { AppError, isRefusedCall } from "../core/errors.ts";
import { personKey } from "../core/ids.ts";
import type { CallContext, ModelCall } from "../core/ledger.ts";
import { groupByTokens, summaryRoom, summaryTurn, turnsToFold } from "../core/summary.ts";
import type { Summary } from "../core/summary.ts";
import { bookInAnyCase } from "./book-calls.ts";
import { inputOf } from "./judge-turns.ts";
import { countTurn, createTurnBudget, readWindow, recountTurns } from "./recall.ts";
import type { ChatMessageDeps } from "./story.ts";
import type { SummaryDue } from "./summary-due.ts";
import { createWriteSummary } from "./write-summary.ts";

/** Folds what is due into the summary of a conversation. @throws AppError `model_*`, `moderation_unavailable`, `storage_*` */
export type FoldSummary = (due: SummaryDue, signal: AbortSignal) => Promise<void>;

export interface SummarySettings {
  /** Off: what no longer fits is left out. */
  readonly isOn: boolean;
  /** The model that answers there, when left out. */
  readonly model?: string;
  readonly maxTokens: number;
}

/** What one call reads beside the summary so far. */
const maxTokensACall = 8_000;
/** What one fold reads in all of its calls. Of a past that is longer, it takes in the newest. */
const maxTokensAFold = 64_000;
/** Of the context of a model: beside the messages there are the instructions and the two summaries. */
const minFrameTokens = 2_000;

interface Fold {
  readonly due: SummaryDue;
  readonly model: string;
  readonly maxTokens: number;
  readonly maxTurnTokens: number;
  readonly context: CallContext;
  readonly signal: AbortSignal;
}

/**
 * One call of the model for each part of what is to be folded, the oldest first. After each call the summary is kept
 * together with what it cost, so that a crash repeats one call at the most.
 */
export function createFoldSummary(deps: ChatMessageDeps): FoldSummary {
  const { storage, models, settings } = deps;
  const { conversations, ledger, summaries } = deps.stores;
  const { words, log, now } = deps.ambient;
  const turnBudget = createTurnBudget(models.tokens, { ...settings.limits, tools: [] });
  const writeSummary = createWriteSummary(deps);

  return async (due, signal) => {
    if (!settings.summary.isOn) return;
    const { conversation: key, place } = due;
    const persona = await settings.personaFor(place, { user: "", signal });
    const budgetTokens = await roomFor(persona);
    if (budgetTokens === undefined) return;
    const stored = await summaries.get(key);
    const read = await readWindow(conversations, key, budgetTokens + maxTokensAFold, {
      summary: stored.value,
    });
    const counted = await recountTurns(read, persona.model, models.tokens);
    const turns = turnsToFold(counted, budgetTokens - (stored.value?.tokens ?? 0));
    const model = settings.summary.model ?? persona.model;
    const maxTokens = summaryRoom(budgetTokens, settings.summary.maxTokens);
    const maxTurnTokens = tokensACall(model, maxTokens);
    const fold = { due, model, maxTokens, maxTurnTokens, context: contextOf(due, persona.name), signal };
    let { value: summary, version } = stored;
    for (const part of groupByTokens(turns, maxTurnTokens)) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- each part is folded into what the one before came to.
        summary = await foldPart(summary, version, part, fold);
      } catch (error) {
        if (!(error instanceof AppError && isRefusedCall(error))) throw error;
        // It is due again after the next answer, and by then there may be money for it.
        log.info({ conversation: key, code: error.code }, "older messages stay as they are");
        return;
      }
      version++;
    }
  };

  async function roomFor(persona: Parameters<typeof turnBudget>[0]): Promise<number | undefined> {
    try {
      return (await turnBudget(persona)).budgetTokens;
    } catch (error) {
      if (error instanceof AppError && error.code === "context_overflow") return undefined;
      throw error;
    }
  }

  function tokensACall(model: string, maxTokens: number): number {
    const readable = contextSize(model, settings.limits.contextTokens) - 2 * maxTokens - minFrameTokens;
    return Math.max(500, Math.min(maxTokensACall, readable));
  }

  async function foldPart(
    before: Summary | undefined,
    version: number,
    part: readonly Turn[],
    fold: Fold,
  ): Promise<Summary> {
    const { due, context, signal } = fold;
    const written = await writeSummary({ ...fold, before, part, place: due.place }, signal);
    if (written.error) {
      await storage.commit(written.calls.flatMap((call) => spent(call, context)));
      throw written.error;
    }
    const judged = await judgeSummary(written.text, before, part, fold).catch(async (error: unknown) => {
      await storage.commit(written.calls.flatMap((call) => spent(call, context)));
      throw error;
    });
    const booking = [...written.calls, ...judged.calls].flatMap((call) => spent(call, context));
    const kept = [summaries.putting(due.conversation, judged.summary, version), ...booking];
    await bookInAnyCase(booking, () => storage.commit(kept), deps);
    log.info({ conversation: due.conversation, turns: part.length }, "older messages summarised");
    return judged.summary;
  }

  /** Of a summary that moderation blocks nothing is kept: the one before stands, and its part is left out. */
  async function judgeSummary(
    written: string,
    before: Summary | undefined,
    part: readonly Turn[],
    { due, model, signal }: Fold,
  ): Promise<{ readonly summary: Summary; readonly calls: readonly ModelCall[] }> {
    const [first, last] = [part[0], part.at(-1)];
    if (!first || !last) throw new AppError("internal", "nothing to fold");
    const to = { id: last.id, at: last.at };
    const standing = (text: string) => summaryTurn({ text, tokens: 0, encoding: "", to }, words);
    const { verdicts, call } = await models.moderate(
      [inputOf(standing(written), "summary")],
      due.place,
      signal,
    );
    const isKept = verdicts[0] !== undefined && verdicts[0].decision !== "block";
    if (!isKept) log.warn({ conversation: due.conversation }, "moderation blocks a summary");
    const text = isKept ? written : (before?.text ?? "");
    const { tokens, encoding } = await countTurn(standing(text), model, models.tokens);
    const people = part.flatMap(({ author }) => (author ? [author.person] : []));
    const summary: Summary = {
      text,
      from: before?.from ?? { id: first.id, at: first.at },
      to,
      turns: (before?.turns ?? 0) + part.length,
      people: [...new Set([...(before?.people ?? []), ...people])],
      tokens,
      encoding,
      madeAt: now(),
    };
    return { summary, calls: call ? [call] : [] };
  }

  function spent(call: ModelCall, context: CallContext) {
    return ledger.adding({ ...call, ...context });
  }
}

function contextOf({ place, conversation, by }: SummaryDue, persona: string): CallContext {
  const { platform, workspace, channel, thread } = place;
  const person = personKey(platform, workspace, by);
  const inThread = thread === undefined ? {} : { thread };
  return { platform, workspace, channel, ...inThread, conversation, person, persona };
}
