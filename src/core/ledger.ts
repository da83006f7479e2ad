import type { ConversationKey, PersonKey, PlatformName, WorkspaceId, ChannelId, ThreadId } from "./ids.ts";
import type { TokenUsage } from "./ports.ts";

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
}

export type CallKind = "chat" | "moderation" | "embedding" | "summary";

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

/** One paid API call: what the call was, and for whom. */
export type LedgerEntry = ModelCall & CallContext;

export const noTokens: TokenUsage = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 };

/** What calls of one model and kind came to. */
export interface SpentTokens {
  readonly model: string;
  readonly kind: CallKind;
  readonly calls: number;
  readonly tokens: TokenUsage;
}
