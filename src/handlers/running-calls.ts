import type { WorkspacePlace } from "../core/channel-settings.ts";
import { AppError, toAppError } from "../core/errors.ts";
import type { Logger } from "../core/ports.ts";
import type { Signals } from "../core/storage.ts";
import type { BudgetStore } from "../core/stores.ts";

/** The calls that are being paid for just now on this instance. */
export interface RunningCalls {
  /** `stopped` aborts when an admin stops all paid calls there. */
  begin(place: WorkspacePlace): Disposable & { readonly stopped: AbortSignal };
  /** To be called when a stop was stored: every instance ends what is running. */
  changed(): Promise<void>;
  stop(): Promise<void>;
}

const topic = "paid-calls";
/** Signals may get lost; then what is running is ended so much later. */
const checkEveryMs = 5_000;

export async function createRunningCalls(deps: {
  readonly budgets: Pick<BudgetStore, "stopOf">;
  readonly signals: Signals;
  readonly log: Logger;
}): Promise<RunningCalls> {
  const { budgets, signals, log } = deps;
  const running = new Set<{ readonly place: WorkspacePlace; readonly controller: AbortController }>();
  let timer: NodeJS.Timeout | undefined;
  const unsubscribe = await signals.subscribe(topic, () => void endStopped());

  async function endStopped(): Promise<void> {
    try {
      await Promise.all(
        [...running].map(async ({ place, controller }) => {
          if ((await budgets.stopOf(place)) !== undefined) controller.abort(callsStopped());
        }),
      );
    } catch (error) {
      log.warn({ code: toAppError(error).code }, "whether paid calls are stopped can't be read");
    }
  }

  return {
    begin({ platform, workspace }) {
      const controller = new AbortController();
      const run = { place: { platform, workspace }, controller };
      running.add(run);
      timer ??= setInterval(() => void endStopped(), checkEveryMs).unref();
      return {
        stopped: controller.signal,
        [Symbol.dispose]() {
          running.delete(run);
          if (running.size > 0) return;
          clearInterval(timer);
          timer = undefined;
        },
      };
    },
    async changed() {
      await signals.publish(topic, {});
    },
    async stop() {
      clearInterval(timer);
      await unsubscribe();
    },
  };
}

/** What a call runs into that an admin stopped. */
export function callsStopped(): AppError {
  return new AppError("calls_stopped", "an admin has stopped all paid calls");
}
