import { AppError } from "../../core/errors.ts";
import { mayEnterPrompt, turnMessages } from "../../core/prompt.ts";
import { quoteText } from "../../core/quote-text.ts";
import { tokensPerMessage } from "../../core/tokens.ts";
import { takeReply } from "../flood.ts";
import { judgingReply } from "../judge-reply.ts";
import { judgeTurns } from "../judge-turns.ts";
import { createOpenGate } from "../reply-gate.ts";
import { countTurn, createTurnBudget } from "../recall.ts";
import { refuse } from "./refuse.ts";
import { explainBlocked } from "../tell-blocked.ts";
import { streamAnswer } from "../stream-answer.ts";
import { callContextOf } from "./call-context.ts";
import { findPersona } from "./find-persona.ts";
import type { PersonaCommandDeps, PersonaCommands } from "./persona.ts";

/** Answers one question as a persona would. Nothing of it is remembered but what it cost. */
export function createPersonaPreview(deps: PersonaCommandDeps): PersonaCommands["persona preview"] {
  const { storage, models, settings } = deps;
  const { ledger } = deps.stores;
  const { words, log, now, newId } = deps.ambient;
  const turnBudget = createTurnBudget(models.tokens, { ...settings.limits, tools: [] });
  const openGate = createOpenGate({ moderate: models.moderate, replies: settings.replies, log });

  return async ({ name, text }, context) => {
    const { place, by, person, signal } = context;
    const found = await findPersona(place, name, deps.personas.known, words);
    if ("text" in found) return found;
    await takeReply({ place, author: by }, storage.counters, settings.flood);
    const persona = await settings.personaFor(place, { user: by.name, signal, persona: found.persona });
    const { budgetTokens, pinnedTokens } = await turnBudget(persona);
    const question = await countTurn(
      { id: context.id, role: "user", text, messages: [], at: now(), revision: 0 },
      persona.model,
      models.tokens,
    );
    const questionTokens = question.tokens + tokensPerMessage;
    if (questionTokens > budgetTokens) throw new AppError("context_overflow", "the question is too long");

    const judged = await judgeTurns(
      [question],
      persona,
      { moderate: models.moderate, place, kindOf: () => "command" },
      signal,
    );
    if (judged.call) await storage.commit(ledger.adding({ ...judged.call, ...callContextOf(context, name) }));
    const verdict = judged.verdicts.get(question.id);
    const turn = { ...question, ...(verdict && { verdict }) };
    if (!mayEnterPrompt(turn)) {
      return refuse(verdict ? explainBlocked(verdict, words) : words.blockedInPublic);
    }

    const { model, parameters } = persona;
    const messages = [...judged.pinned, ...turnMessages([turn])];
    const gate = openGate({ place, id: context.id, onText: () => undefined, signal });
    const callContext = callContextOf(context, name);
    const answer = await streamAnswer({ model, messages, parameters, person }, gate, {
      model: models.chat,
      tokens: models.tokens,
      promptTokens: pinnedTokens + questionTokens,
      context: callContext,
      kind: "chat",
      now,
      newId,
      signal,
    });
    const shown = { place, id: context.id, context: callContext, text: answer.text };
    await storage.commit([
      ...[answer.call, ...answer.judging].flatMap((call) => ledger.adding({ ...call, ...callContext })),
      ...(settings.replies === "log" && answer.text !== "" ? [judgingReply(shown)] : []),
    ]);
    if (answer.error) throw answer.error;
    const parts = [
      words.personas.previewTitle(quoteText(found.persona.title)),
      answer.text || words.emptyAnswer,
      answer.finish === "length" && words.lengthReached,
      answer.replacedBy !== undefined && words.budgets.replaced(answer.replacedBy),
    ];
    return { text: parts.filter(Boolean).join("\n\n") };
  };
}
