import type { ConversationKey, PersonKey, PlatformName, WorkspaceId, ChannelId, ThreadId } from "./ids.ts";
import type { TokenUsage } from "./ports.ts";
import type { Price } from "./pricing.ts";

/** One call of the model service, as the adapter saw it. */
export interface ModelCall {
  /** Ours; what makes an entry idempotent. */
  readonly callId: string;
  /** The provider's id of the response, where it got that far. */
  readonly responseId?: string;
  readonly model: string;
  readonly kind: CallKind;
  readonly tokens: TokenUsage;
  /** The provider sent no usage, and the tokens were counted here. */
  readonly estimated: boolean;
  readonly startedAt: number;
  readonly durationMs: number;
  /** `stop`, `length` …, an error code, or `aborted`. */
  readonly finishReason: string;
  /** It counts in a budget. */
  readonly isBudgeted?: true;
}

export type CallKind = "chat" | "moderation" | "embedding" | "summary" | "title" | "fine-tune";

/** How a call ended: `cut` was by us, because nobody wanted the rest or because it may not be shown. */
export type CallOutcome = "finished" | "cut" | "error";

const finished: ReadonlySet<string> = new Set(["stop", "length", "toolCalls", "filtered", "none"]);
const cut: ReadonlySet<string> = new Set(["aborted", "reply_blocked", "reply_unchecked"]);

export function outcomeOf({ finishReason }: Pick<ModelCall, "finishReason">): CallOutcome {
  if (finished.has(finishReason)) return "finished";
  return cut.has(finishReason) ? "cut" : "error";
}

/** Who and what a call was for. */
export interface CallContext {
  readonly platform: PlatformName;
  readonly workspace: WorkspaceId;
  readonly channel: ChannelId;
  readonly thread?: ThreadId;
  readonly conversation: ConversationKey;
  readonly person: PersonKey;
  readonly persona: string;
}

/** A call, and for whom it was, before it has a price. */
export type PaidCall = ModelCall & CallContext;

/** One paid API call: what it was, for whom, and what it cost. Without `microUsd` its price isn't known. */
export type LedgerEntry = PaidCall & Partial<Price> & { readonly repriced?: Repricing };

/** That an entry got another price later. */
export interface Repricing {
  /** How often. */
  readonly times: number;
  /** What asked for it last, and what it cost before that. */
  readonly cause: string;
  readonly beforeMicroUsd?: number;
}

export const noTokens: TokenUsage = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 };

/** What calls of one model and kind came to. */
export interface SpentTokens {
  readonly model: string;
  readonly kind: CallKind;
  readonly calls: number;
  /** Calls whose price isn't known; they are not in the sum. */
  readonly unpriced: number;
  readonly microUsd: number;
  readonly tokens: TokenUsage;
}
