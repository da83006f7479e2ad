import { AppError, toAppError } from "../core/errors.ts";
import type { Place } from "../core/event.ts";
import type { ModelCall } from "../core/ledger.ts";
import type { Verdict } from "../core/moderation.ts";
import type { ReplyModeration } from "../core/moderation/policy.ts";
import { beginningOfPiece, endOfPiece } from "../core/moderation/reply-pieces.ts";
import type { Logger } from "../core/ports.ts";
import type { Moderate } from "./moderate.ts";

/** Through which the text of one reply goes on its way to people. */
export interface ReplyGate {
  /** The whole text so far; what may be shown of it is handed on when that is known. */
  write(text: string): void;
  /** Waits for the verdict about the rest. @param text all that the model said */
  end(text: string): Promise<PassedReply>;
  /** Aborted as soon as nothing more will pass: the model need not go on. */
  readonly closed: AbortSignal;
}

export interface PassedReply {
  /** What may be shown; nothing where a part of it was blocked. */
  readonly text: string;
  /** Why that isn't all of it: `reply_blocked`, `reply_unchecked`. */
  readonly error?: AppError;
  /** About the whole text, where all of it was judged. */
  readonly verdict?: Verdict;
  readonly calls: readonly ModelCall[];
}

export interface GatedReply {
  readonly place: Place;
  /** Names the reply: its cause. */
  readonly id: string;
  readonly onText: (text: string) => void;
  readonly signal: AbortSignal;
}

export type OpenGate = (reply: GatedReply) => ReplyGate;

/** Whoever reads along waits no longer for the end of a sentence. */
const maxWaitMs = 1_000;

export function createOpenGate(deps: {
  readonly moderate: Moderate;
  readonly replies: ReplyModeration;
  readonly log: Logger;
}): OpenGate {
  return (reply) => (deps.replies === "hold" ? holdReply(reply, deps) : passReply(reply.onText));
}

/** Where replies aren't held, or where nobody reads them before they are judged. */
export function passReply(onText: (text: string) => void): ReplyGate {
  return {
    write: onText,
    end: async (text) => ({ text, calls: [] }),
    closed: new AbortController().signal,
  };
}

/**
 * Shows a text as far as it was judged, piece by piece; what comes while a piece is judged is the next one. In the end the
 * whole text is judged, so that nothing is hidden in its pieces.
 */
function holdReply(
  { place, id, onText, signal }: GatedReply,
  { moderate, log }: { readonly moderate: Moderate; readonly log: Logger },
): ReplyGate {
  const closing = new AbortController();
  const calls: ModelCall[] = [];
  let text = "";
  let passed = 0;
  let isEnded = false;
  let judging: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failure: AppError | undefined;

  function close(error: AppError): void {
    failure = error;
    clearTimeout(timer);
    closing.abort();
  }

  async function judge(piece: string): Promise<Verdict | undefined> {
    try {
      const { verdicts, call } = await moderate([{ text: piece, kind: "reply", id }], place, signal);
      if (call) calls.push(call);
      const [verdict] = verdicts;
      if (verdict !== undefined && verdict.decision !== "block") return verdict;
      log.warn({ reply: id, categories: verdict?.categories ?? [] }, "reply blocked");
      close(new AppError("reply_blocked", "moderation blocks the reply"));
    } catch (thrown) {
      if (signal.aborted) return undefined;
      const cause = toAppError(thrown);
      log.warn({ reply: id, code: cause.code }, "reply not judged");
      close(new AppError("reply_unchecked", "the reply can't be judged", { cause, facts: cause.facts }));
    }
    return undefined;
  }

  async function judgeTo(end: number): Promise<void> {
    const verdict = await judge(text.slice(beginningOfPiece(text, passed), end));
    if (verdict === undefined || signal.aborted) return;
    passed = end;
    onText(text.slice(0, passed));
  }

  function judgeNext(isDue: boolean): void {
    if (judging !== undefined || isEnded || failure !== undefined || signal.aborted) return;
    const end = endOfPiece(text, passed, isDue);
    if (end === passed) return wait();
    clearTimeout(timer);
    timer = undefined;
    judging = judgeTo(end).finally(() => {
      judging = undefined;
      judgeNext(false);
    });
  }

  function wait(): void {
    if (text.length === passed) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      judgeNext(true);
    }, maxWaitMs);
  }

  return {
    closed: closing.signal,
    write(whole) {
      text = whole;
      judgeNext(false);
    },
    async end(whole) {
      isEnded = true;
      clearTimeout(timer);
      await judging;
      text = whole;
      const isOpen = () => failure === undefined && !signal.aborted;
      const verdict = isOpen() && text !== "" ? await judge(text) : undefined;
      if (verdict !== undefined) passed = text.length;
      const isBlocked = failure?.code === "reply_blocked";
      return {
        text: isBlocked ? "" : text.slice(0, passed),
        calls,
        ...(verdict !== undefined && { verdict }),
        ...(failure !== undefined && { error: failure }),
      };
    },
  };
}
