import { Routes } from "discord-api-types/v10";

import { toAppError } from "../../core/errors.ts";
import type { Place } from "../../core/event.ts";
import type { Logger } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import type { Threads } from "./threads.ts";

/** "Parley is typing …", shown until there is something to read. */
export interface Activity {
  /** Resolves when it is shown for the first time, or no longer needed. @throws AppError `platform_*` */
  show(place: Place, signal: AbortSignal): Promise<void>;
  /** Something can be read in this place. */
  end(place: Place): void;
  endAll(): void;
}

/** An answer that comes sooner needs none, and is one request cheaper. */
const delayMs = 200;
/** Discord shows it for ten seconds (developers/resources/channel, Trigger Typing Indicator). */
const repeatMs = 9_000;
/** A model that thinks for longer is not waited for as if it were about to speak. */
const maxRepeats = 30;

export function createActivity(deps: {
  readonly api: Api;
  readonly threads: Threads;
  readonly log: Logger;
}): Activity {
  const { api, threads, log } = deps;
  const shown = new Map<string, () => void>();
  const keyOf = ({ channel, thread, replyTo }: Place) => `${channel}/${thread ?? ""}/${replyTo ?? ""}`;

  async function type(place: Place, signal: AbortSignal): Promise<void> {
    const { channel } = threads.guess(place);
    const bucket = `typing ${channel}`;
    if (!api.pace.hasRoom(bucket)) return;
    await api.request(
      { method: "POST", route: Routes.channelTyping(channel), bucket, optional: true },
      signal,
    );
  }

  function end(place: Place): void {
    shown.get(keyOf(place))?.();
  }

  return {
    show(place, signal) {
      end(place);
      if (signal.aborted) return Promise.resolve();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const key = keyOf(place);
      let repeats = 0;
      let timer: NodeJS.Timeout;

      const stop = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
        if (shown.get(key) === stop) shown.delete(key);
        resolve();
      };
      const step = async () => {
        try {
          await type(place, signal);
          resolve();
          repeats++;
          if (shown.get(key) !== stop) return;
          if (repeats < maxRepeats) timer = setTimeout(() => void step(), repeatMs).unref();
          else stop();
        } catch (error) {
          log.debug({ code: toAppError(error).code }, "typing could not be shown");
          reject(error);
          stop();
        }
      };

      shown.set(key, stop);
      signal.addEventListener("abort", stop, { once: true });
      timer = setTimeout(() => void step(), delayMs);
      return promise;
    },
    end,
    endAll() {
      for (const stop of shown.values()) stop();
    },
  };
}
