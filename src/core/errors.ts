/** Every way in which Parley fails on purpose. What a person reads for each stands in words/en.ts. */
export type ErrorCode =
  // the model service
  | "model_unauthorized"
  | "model_unknown"
  | "model_rate_limited"
  | "model_quota_exhausted"
  | "model_unavailable"
  | "model_unreachable"
  | "model_timeout"
  | "model_stalled"
  | "model_cut"
  | "model_malformed"
  | "model_filtered"
  | "model_refused_request"
  | "context_overflow"
  // what may be spent
  | "budget_exhausted"
  | "price_unknown"
  | "calls_stopped"
  // moderation
  | "moderation_unavailable"
  | "reply_blocked"
  | "reply_unchecked"
  | "persona_blocked"
  // storage
  | "storage_newer"
  | "storage_read_only"
  | "storage_full"
  | "storage_locked"
  | "storage_corrupt"
  | "storage_failed"
  | "version_conflict"
  | "superseded"
  // platforms
  | "platform_refused"
  | "platform_unreachable"
  // the program itself
  | "flooded"
  | "config_invalid"
  | "aborted"
  | "closed"
  | "internal";

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** How long the service asked us to wait. */
  readonly retryAfterMs?: number;
  /** Facts for the log and the operator's sentence (status, model, path …): never message text, never a secret. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

/** The one error type that crosses ports. Vendor errors become one in their adapter. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly facts: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.facts = options.facts ?? {};
  }
}

/** Whether a call of the model service was not made, or not finished, for the money that it costs. */
export function isRefusedCall({ code }: Pick<AppError, "code">): boolean {
  return isRefusal(code);
}

/** The same of a code, as entries of the ledger have it. */
export function isRefusal(code: string): boolean {
  return code === "budget_exhausted" || code === "price_unknown" || code === "calls_stopped";
}

/** Coerces whatever was thrown; an unknown thing becomes `internal` with the original as its cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && thrown.name === "AbortError")
    return new AppError("aborted", "aborted", { cause: thrown });
  return new AppError("internal", "unexpected error", { cause: thrown });
}
