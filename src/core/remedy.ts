import { isRefusedCall } from "./errors.ts";
import type { AppError, ErrorCode } from "./errors.ts";

/** What is done about an entry of the inbox that failed. */
export type Remedy =
  /** `isTold`: the person reads meanwhile that it goes on. */
  | { readonly kind: "retry"; readonly delayMs: number; readonly isTold?: true }
  /** The person reads why there is no answer; `setAside` keeps the entry for the operator. */
  | { readonly kind: "explain"; readonly setAside: boolean }
  /** The person alone reads why there is no answer. */
  | { readonly kind: "notify" }
  /** Parley may not post there: the person is told directly. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "setAside" };

export interface Tries {
  /** 1 for the first. */
  readonly attempt: number;
  /** Since the entry came in. */
  readonly ageMs: number;
  /** Somebody waits for an answer to it, as to a message or a command; nobody does for an edit, a deletion or a stop. */
  readonly isAwaited: boolean;
  /** For how long what moderation could not judge is tried again. */
  readonly unjudgedMs: number;
}

const maxAttempts = 3;
const firstDelayMs = 1_000;
const maxDelayMs = 60_000;
/** A platform that is away so long has lost interest in the answer, and so have the people. */
const patienceMs = 3_600_000;
const passing = new Set<unknown>([
  "model_rate_limited",
  "model_unavailable",
  "model_unreachable",
  "model_timeout",
  "model_malformed",
] satisfies ErrorCode[]);

export function remedyFor(error: AppError, { attempt, ageMs, isAwaited, unjudgedMs }: Tries): Remedy {
  const delayMs = Math.max(Math.min(firstDelayMs * 2 ** (attempt - 1), maxDelayMs), error.retryAfterMs ?? 0);
  // Somebody has to make room, or let go: nobody could be told anything for certain meanwhile.
  if (isForOperator(error.code) && ageMs < patienceMs) return { kind: "retry", delayMs };
  // Of a time that was up, as when a platform asks to wait for longer than last words may take.
  if (error.code === "platform_unreachable" || error.code === "aborted")
    return ageMs < patienceMs ? { kind: "retry", delayMs } : { kind: "setAside" };
  const isLate = attempt > 1 && ageMs + delayMs > unjudgedMs;
  if (isPassing(error) && delayMs <= unjudgedMs && !isLate)
    return { kind: "retry", delayMs, ...(isAwaited && { isTold: true }) };
  if (error.code === "flooded") return { kind: "notify" };
  if (isRefusedCall(error)) return isAwaited ? { kind: "notify" } : { kind: "setAside" };
  if (error.code === "platform_refused") return isAwaited ? { kind: "elsewhere" } : { kind: "setAside" };
  if ((isOurs(error.code) || !isAwaited) && attempt < maxAttempts) return { kind: "retry", delayMs };
  return isAwaited ? { kind: "explain", setAside: isOurs(error.code) } : { kind: "setAside" };
}

/** Failures of the store that end when somebody does something about them, and then are over. */
function isForOperator(code: ErrorCode): boolean {
  return code === "storage_full" || code === "storage_locked" || code === "storage_read_only";
}

/** Moderation that may be back in a moment: nothing is posted, and nothing was paid for, before it is. */
function isPassing({ code, facts }: AppError): boolean {
  return code === "moderation_unavailable" && passing.has(facts["reason"]);
}

/** Failures that another attempt may mend without a new call of the model service. */
function isOurs(code: ErrorCode): boolean {
  return code === "internal" || code === "version_conflict" || code.startsWith("storage_");
}
