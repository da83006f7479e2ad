import { setTimeout as sleep } from "node:timers/promises";

import { Routes } from "discord-api-types/v10";

import type { Place } from "../../core/event.ts";
import type { Logger } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import type { Threads } from "./threads.ts";

/** "Parley is typing …", shown until there is something to read. */
export interface Activity {
  /** Resolves when it is shown for the first time, or no longer needed. */
  show(place: Place, signal: AbortSignal): Promise<void>;
  /** Something can be read in this place. */
  end(place: Place): void;
  endAll(): void;
}

/** An answer that comes sooner needs none, and is one request cheaper. */
const delayMs = 200;
/** Discord shows it for ten seconds (developers/resources/channel, Trigger Typing Indicator). */
const repeatMs = 9_000;
const maxMs = 5 * 60_000;

export function createActivity(deps: {
  readonly api: Api;
  readonly threads: Threads;
  readonly log: Logger;
}): Activity {
  const { api, threads, log } = deps;
  const shown = new Map<string, AbortController>();
  const keyOf = ({ channel, thread, replyTo }: Place) => `${channel}/${thread ?? ""}/${replyTo ?? ""}`;

  async function type(place: Place, signal: AbortSignal): Promise<void> {
    const { channel } = threads.guess(place);
    const bucket = `typing ${channel}`;
    if (!api.pace.hasRoom(bucket)) return;
    await api.request({ method: "POST", route: Routes.channelTyping(channel), bucket, attempts: 1 }, signal);
  }

  async function repeat(place: Place, signal: AbortSignal): Promise<void> {
    for (let leftMs = maxMs; leftMs > 0; leftMs -= repeatMs) {
      await sleep(repeatMs, undefined, { signal, ref: false });
      await type(place, signal);
    }
  }

  function end(place: Place): void {
    shown.get(keyOf(place))?.abort();
    shown.delete(keyOf(place));
  }

  return {
    async show(place, signal) {
      end(place);
      const own = new AbortController();
      shown.set(keyOf(place), own);
      const until = AbortSignal.any([signal, own.signal]);
      try {
        await sleep(delayMs, undefined, { signal: until });
        await type(place, until);
      } catch (error) {
        if (until.aborted) return;
        end(place);
        throw error;
      }
      repeat(place, until)
        .catch((error: unknown) => {
          if (!until.aborted) log.debug({ error: String(error) }, "typing could not be shown");
        })
        .finally(() => {
          if (shown.get(keyOf(place)) === own) shown.delete(keyOf(place));
        });
    },
    end,
    endAll() {
      for (const controller of shown.values()) controller.abort();
      shown.clear();
    },
  };
}
