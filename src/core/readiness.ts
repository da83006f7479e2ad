import { AppError } from "./errors.ts";

/** Something that begins once and is waited for by many. */
export interface Readiness {
  begin(): void;
  /** @throws AppError `platform_unreachable` after `maxWaitMs`, `aborted` */
  wait(signal: AbortSignal): Promise<void>;
}

const maxWaitMs = 10_000;

export function createReadiness(): Readiness {
  const begun = Promise.withResolvers<void>();
  return {
    begin: () => begun.resolve(),
    wait(signal) {
      const timeout = AbortSignal.timeout(maxWaitMs);
      const either = AbortSignal.any([signal, timeout]);
      return new Promise((resolve, reject) => {
        const giveUp = () =>
          reject(
            signal.aborted
              ? new AppError("aborted", "the call was given up", { cause: signal.reason })
              : new AppError("platform_unreachable", "not connected yet"),
          );
        if (signal.aborted) return giveUp();
        either.addEventListener("abort", giveUp, { once: true });
        void begun.promise.then(() => {
          either.removeEventListener("abort", giveUp);
          resolve();
        });
      });
    },
  };
}
