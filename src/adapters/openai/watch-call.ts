import { AppError } from "../../core/errors.ts";
import { modelError } from "./errors.ts";

/** One call of the service, ended when it keeps us waiting or when the caller gives up. */
export interface WatchedCall {
  readonly signal: AbortSignal;
  /** From now on the service has so long, until the next `wait` or `rest`. */
  wait(code: "model_timeout" | "model_stalled", ms: number): void;
  /** It is not the service that we wait for. */
  rest(): void;
  /** Why the call was ended from here; `undefined` when it was not. */
  reason(): AppError | undefined;
  close(): void;
}

export function watchCall(caller: AbortSignal, model: string): WatchedCall {
  const controller = new AbortController();
  let reason: AppError | undefined;
  let waiting: { code: "model_timeout" | "model_stalled"; ms: number } | undefined;
  let timer: { readonly ms: number; readonly handle: NodeJS.Timeout } | undefined;

  function end(why: AppError): void {
    reason ??= why;
    controller.abort();
  }
  function onTimeout(): void {
    if (waiting) end(modelError(waiting.code, { model, waitedMs: waiting.ms }));
  }
  function onCallerAbort(): void {
    end(new AppError("aborted", "aborted"));
  }
  caller.addEventListener("abort", onCallerAbort, { once: true });
  if (caller.aborted) onCallerAbort();

  return {
    signal: controller.signal,
    wait(code, ms) {
      waiting = { code, ms };
      // A stream waits anew for every chunk: refreshing costs a tenth of a new timer.
      if (timer?.ms === ms) {
        timer.handle.refresh();
        return;
      }
      clearTimeout(timer?.handle);
      timer = { ms, handle: setTimeout(onTimeout, ms) };
    },
    rest() {
      waiting = undefined;
    },
    reason: () => reason,
    close() {
      clearTimeout(timer?.handle);
      caller.removeEventListener("abort", onCallerAbort);
    },
  };
}
