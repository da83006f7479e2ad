import { buttonFor } from "../../core/action.ts";
import { turnOf } from "../../core/conversation.ts";
import { AppError } from "../../core/errors.ts";
import type { MessageId } from "../../core/ids.ts";
import { mayEnterPrompt } from "../../core/prompt.ts";
import type { Shares } from "../../core/stores.ts";
import { takeReply } from "../flood.ts";
import { judgeTurns } from "../judge-turns.ts";
import { createMakeRequest } from "../make-request.ts";
import { countTurn, createTurnBudget } from "../recall.ts";
import { callContext } from "../story.ts";
import type { ChatMessageDeps } from "../story.ts";
import { streamAnswer } from "../stream-answer.ts";
import type { StreamedAnswer } from "../stream-answer.ts";
import { explainBlocked } from "../tell-blocked.ts";
import type { RunCommand } from "./command.ts";

/**
 * `ask`: one answer of the persona of that place, to a question that stands alone. Nothing of it is remembered but, for a
 * day, what whoever asked may share.
 * @throws AppError `flooded`, `moderation_unavailable`, `persona_blocked`, `context_overflow`, `model_*`
 */
export function createAsk(
  deps: Pick<ChatMessageDeps, "storage" | "models" | "settings" | "ambient"> & {
    readonly stores: Pick<ChatMessageDeps["stores"], "ledger"> & { readonly shares: Shares };
  },
): RunCommand<"ask"> {
  const { storage, models, settings } = deps;
  const { ledger, shares } = deps.stores;
  const { words, explain, log, now, newId } = deps.ambient;
  const turnBudget = createTurnBudget(models.tokens, settings.limits);
  const makeRequest = createMakeRequest({ tokens: models.tokens, words });

  return async ({ text }, context) => {
    const { place, conversation, by: author, person, signal } = context;
    const last = { place, conversation, author };
    await takeReply(last, storage.counters, settings.flood);
    const persona = await settings.personaFor(place, { user: author.name, signal });
    const spent = (call: StreamedAnswer["call"]) =>
      ledger.adding({ ...call, ...callContext({ last }, persona.name) });

    const message = context.id as MessageId;
    const asked = turnOf({ message, author, text, sentAt: now() }, undefined, person);
    const [budget, judged, counted] = await Promise.all([
      turnBudget(persona),
      judgeTurns([asked], persona, models.moderate, signal),
      countTurn(asked, persona.model, models.tokens),
    ]);
    if (judged.call) await storage.commit(spent(judged.call));
    const verdict = judged.verdicts.get(asked.id);
    const question = { ...counted, ...(verdict && { verdict }) };
    if (verdict === undefined || !mayEnterPrompt(question)) {
      log.info({ conversation, categories: verdict?.categories ?? [] }, "command blocked");
      const why = verdict === undefined ? words.blockedInPublic : explainBlocked(verdict, words);
      return { text: why, isPrivate: true };
    }

    const { pinned } = judged;
    const heard = { persona, questions: [question], window: [], pinned, ...budget };
    const { request, fitted, promptTokens } = await makeRequest(heard, person, budget.budgetTokens);
    const answer = await streamAnswer(request, () => undefined, {
      ...deps.ambient,
      model: models.chat,
      tokens: models.tokens,
      promptTokens,
      signal,
    });
    await storage.commit(spent(answer.call));
    const failure = failureOf(answer);
    // Nobody has seen the first words of a private answer: after a stop, the next start asks anew.
    if (failure && (answer.text === "" || failure.code === "aborted")) throw failure;
    const paragraphs = [
      answer.text === "" ? words.emptyAnswer : answer.text,
      failure && explain(failure, { conversation, model: persona.model }),
      answer.finish === "length" && words.lengthReached,
      context.attachments.length > 0 &&
        words.unreadFiles(context.attachments.map(({ name }) => ({ name, reason: "withCommand" }))),
      fitted.cutNewestTo !== undefined && words.messageCut(fitted.cutNewestTo),
      settings.footerFor(place),
    ];
    const shown = paragraphs.filter(Boolean).join("\n\n");
    if (context.channelKind === "direct" || settings.buttons === "off") return { text: shown };
    const share = { id: newId(), place, person: author.id, question: text, answer: shown };
    await storage.commit(shares.keeping({ ...share, isShared: false, at: now() }));
    return { text: shown, buttons: [buttonFor({ name: "share", argument: share.id }, words)] };
  };
}

function failureOf({ error, finish }: StreamedAnswer): AppError | undefined {
  return error ?? (finish === "filtered" ? new AppError("model_filtered", "content filter") : undefined);
}
