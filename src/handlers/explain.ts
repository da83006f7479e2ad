import { toAppError } from "../core/errors.ts";
import type { AppError } from "../core/errors.ts";
import type { LogFields, Logger, NewId } from "../core/ports.ts";
import type { UsedUpBudget } from "../core/words/en-budgets.ts";
import type { Words } from "../core/words/en.ts";

/** Turns a failure into a sentence for people and a line in the log, tied together by one reference. */
export type Explain = (thrown: unknown, fields: LogFields) => string;

export function createExplain(deps: {
  readonly words: Words;
  readonly newId: NewId;
  readonly log: Logger;
}): Explain {
  const { words, newId, log } = deps;
  return (thrown, fields) => {
    const error = toAppError(thrown);
    const reference = newId().replaceAll("-", "").slice(0, 8);
    log.error({ ...fields, reference, ...describeError(error) }, "explained a failure");
    return `${sentenceFor(error, words)} ${words.reference(reference)}`;
  };
}

/** What a person reads about an error. */
export function sentenceFor(error: AppError, words: Words): string {
  const { model } = error.facts;
  const budget = budgetIn(error);
  return words.errors[error.code]({
    ...(typeof model === "string" && { model }),
    ...(error.retryAfterMs !== undefined && { retryAfterSeconds: Math.ceil(error.retryAfterMs / 1000) }),
    ...(budget && { budget }),
  });
}

/** The budget that had no room for a call. */
function budgetIn({ facts }: AppError): UsedUpBudget | undefined {
  const { scope, per, capMicroUsd, resetsAt, timeZone } = facts;
  if (typeof capMicroUsd !== "number" || typeof resetsAt !== "number") return undefined;
  return { scope: String(scope), per: String(per), capMicroUsd, resetsAt, timeZone: String(timeZone) };
}

/**
 * An error for the log: codes, facts and stacks of our own errors, and of foreign ones only where they were thrown,
 * because their messages may quote what people wrote.
 */
export function describeError(error: AppError): LogFields {
  const { cause } = error;
  return {
    code: error.code,
    facts: error.facts,
    at: framesOf(error),
    ...(cause instanceof Error && { cause: cause.name, causeAt: framesOf(cause) }),
  };
}

function framesOf(error: Error): string[] {
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 4)
    .map((line) => line.trim());
}
