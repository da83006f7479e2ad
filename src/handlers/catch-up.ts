import { setTimeout as sleep } from "node:timers/promises";

import { toAppError } from "../core/errors.ts";
import type { Intake, Platform } from "../core/platform.ts";
import type { Logger, Metrics, Now } from "../core/ports.ts";
import type { Conversations, Presence } from "../core/stores.ts";
import { describeError } from "./explain.ts";

/** Takes in what people wrote while Parley was away. */
export interface CatchUp {
  /** To be called when a platform is connected and may have said something in vain before; one run at a time. */
  run(platform: Platform): void;
  /** Notes from now on when each platform was last heard. To be called before they start. */
  start(platforms: readonly Platform[]): Promise<void>;
  stop(): Promise<void>;
}

const noteEveryMs = 15_000;
/**
 * What was on its way when the connection broke, or went into one that was deaf already: Discord's client notices that after two
 * heartbeats, which are 41 s apart.
 */
const marginMs = 120_000;
/** A thread that was quiet for longer is hardly written in again during one outage. */
const recentMs = 24 * 3_600_000;
const maxThreads = 200;
const firstDelayMs = 1_000;
const maxDelayMs = 60_000;

export function createCatchUp(deps: {
  readonly conversations: Conversations;
  readonly presence: Presence;
  readonly intake: Intake;
  /** What was written longer ago is counted, and not answered. */
  readonly maxAgeMs: number;
  readonly ambient: { readonly log: Logger; readonly metrics: Metrics; readonly now: Now };
}): CatchUp {
  const { conversations, presence, intake, maxAgeMs } = deps;
  const { log, metrics, now } = deps.ambient;
  const ended = new AbortController();
  const running = new Map<Platform, Promise<void>>();
  const again = new Set<Platform>();
  let noting: NodeJS.Timeout | undefined;

  const note = async (platforms: readonly Platform[]): Promise<void> => {
    const heard = platforms.filter((platform) => platform.health().ok && !running.has(platform));
    await Promise.all(heard.map(({ name }) => presence.note(name, now())));
  };

  return {
    run(platform) {
      if (ended.signal.aborted) return;
      if (running.has(platform)) {
        again.add(platform);
        return;
      }
      const work = catchUp(platform).finally(() => {
        running.delete(platform);
        if (again.delete(platform)) this.run(platform);
      });
      running.set(platform, work);
    },

    async start(platforms) {
      for (const { name } of platforms)
        if ((await presence.heardAt(name)) === undefined) await presence.note(name, now());
      noting = setInterval(() => {
        note(platforms).catch((error: unknown) =>
          log.warn(describeError(toAppError(error)), "when platforms were last heard could not be noted"),
        );
      }, noteEveryMs);
    },

    async stop() {
      ended.abort();
      clearInterval(noting);
      await Promise.all(running.values());
    },
  };

  /** Tried until it is done: until then nobody notes that the platform was heard. */
  async function catchUp(platform: Platform): Promise<void> {
    for (let tries = 1; !ended.signal.aborted; tries++) {
      try {
        return await takeMissed(platform);
      } catch (thrown) {
        const error = toAppError(thrown);
        if (ended.signal.aborted) return;
        log.warn({ platform: platform.name, tries, ...describeError(error) }, "catching up failed");
        const delayMs = Math.min(firstDelayMs * 2 ** (tries - 1), maxDelayMs);
        await sleep(Math.max(delayMs, error.retryAfterMs ?? 0), undefined, { signal: ended.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  async function takeMissed(platform: Platform): Promise<void> {
    const heardAt = await presence.heardAt(platform.name);
    const startedAt = now();
    if (heardAt !== undefined) {
      const since = heardAt - marginMs;
      const recent = await conversations.recent(platform.name, startedAt - recentMs, maxThreads);
      const count = { taken: 0, tooOld: 0 };
      for await (const event of platform.missed(
        since,
        recent.map(({ place }) => place),
        ended.signal,
      )) {
        if (startedAt - event.sentAt > maxAgeMs) count.tooOld += 1;
        else {
          await intake(event);
          count.taken += 1;
        }
      }
      metrics.missed(platform.name, "taken", count.taken);
      metrics.missed(platform.name, "tooOld", count.tooOld);
      log.info({ platform: platform.name, awayMs: startedAt - heardAt, ...count }, "caught up");
    }
    await presence.note(platform.name, startedAt);
  }
}
