import { toAppError } from "../core/errors.ts";
import type { AppError } from "../core/errors.ts";
import type { Button } from "../core/platform.ts";
import type { Logger } from "../core/ports.ts";
import { splitMarkdown } from "../core/split.ts";
import type { FencedReply } from "./fenced-reply.ts";

/** Shows a text that grows, no oftener than the platform likes. */
export interface ReplyWriter {
  /** The whole text so far; shown when it is time. */
  write(text: string): void;
  /** Shows nothing more; what is being shown is waited for. */
  end(): Promise<void>;
}

export function createReplyWriter(options: {
  readonly reply: FencedReply;
  readonly maxMessageChars: number;
  /** Asked before each step, as it may grow with the load. */
  readonly intervalMs: () => number;
  readonly buttons: readonly Button[];
  /** The reply is somebody else's now: stop writing. */
  readonly onSuperseded: (error: AppError) => void;
  readonly signal: AbortSignal;
  readonly log: Logger;
}): ReplyWriter {
  const { reply, maxMessageChars, intervalMs, buttons, onSuperseded, signal, log } = options;
  let latest = "";
  let shown = "";
  let timer: NodeJS.Timeout | undefined;
  let showing: Promise<void> | undefined;
  let ended = false;

  async function showLatest(): Promise<void> {
    shown = latest;
    try {
      await reply.show(splitMarkdown(shown, maxMessageChars), { final: false, buttons, signal });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === "superseded") onSuperseded(error);
      else if (!signal.aborted) log.warn({ code: error.code }, "an intermediate edit failed");
    }
  }

  function schedule(delayMs: number): void {
    timer = setTimeout(() => {
      timer = undefined;
      showing = showLatest().then(() => {
        showing = undefined;
        if (!ended && latest !== shown) schedule(intervalMs());
      });
    }, delayMs);
  }

  return {
    write(text) {
      latest = text;
      if (!ended && timer === undefined && showing === undefined) schedule(shown === "" ? 0 : intervalMs());
    },
    async end() {
      ended = true;
      clearTimeout(timer);
      await showing;
    },
  };
}
