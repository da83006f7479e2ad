import type { AccessChange, AccessLook } from "../core/access.ts";
import type { WorkspacePlace } from "../core/channel-settings.ts";
import { AppError } from "../core/errors.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { Place } from "../core/event.ts";
import { joinKey } from "../core/ids.ts";
import type { AudienceKey, PersonId, PlatformName } from "../core/ids.ts";
import type { Platform } from "../core/platform.ts";
import type { Logger, Now } from "../core/ports.ts";
import type { Signals } from "../core/storage.ts";
import { audienceKey, audiencesForAnswer } from "../core/visibility.ts";

/** Who may read what, asked of the platforms: the one answer to what may be searched for whom. */
export interface Visibility {
  /** What a person reads now, wherever they ask. Where the platform doesn't say, nothing. */
  forPerson(place: Place, person: PersonId, signal: AbortSignal): Promise<Visible>;
  /**
   * What may be used in an answer: in a private one what its asker reads, in a public one what everybody reads who reads
   * along, and the place itself. Where the platform doesn't say, the place alone.
   */
  forAnswer(
    place: Place,
    person: PersonId,
    privacy: "private" | "public",
    signal: AbortSignal,
  ): Promise<Visible>;
  /** To whom belongs what is said in a place; nothing where it is shown nowhere else. @throws AppError `platform_*` */
  audienceOf(place: Place, signal: AbortSignal): Promise<AudienceKey | undefined>;
  /** To be called when a platform tells of a change: every instance asks anew. */
  changed(platform: PlatformName, change: AccessChange): void;
  stop(): Promise<void>;
}

export interface Visible {
  readonly audiences: ReadonlySet<AudienceKey>;
  /** Why there may be more than these. */
  readonly failed?: ErrorCode;
}

interface Look {
  readonly access: AccessLook;
  readonly endsAt: number;
  /** Counts what it was told of. */
  changes: number;
}

const topic = "access";
/** What changes without an event takes effect by then. */
const lookMs = 60_000;
const maxLooks = 1_000;
/** What changes while it is asked for is asked for again. */
const maxAttempts = 3;
/** An answer is not kept waiting for ever, and nothing more is shown meanwhile. */
const askMs = 20_000;

export async function createVisibility(deps: {
  readonly platformOf: (place: WorkspacePlace) => Pick<Platform, "lookAtAccess">;
  readonly signals: Signals;
  readonly now: Now;
  readonly log: Logger;
}): Promise<Visibility> {
  const { platformOf, signals, now, log } = deps;
  const looks = new Map<string, Look>();

  function lookAt(at: WorkspacePlace): Look {
    const key = joinKey(at.platform, at.workspace);
    const known = looks.get(key);
    if (known !== undefined && known.endsAt > now()) return known;
    looks.delete(key);
    const [oldest] = looks.keys();
    if (looks.size >= maxLooks && oldest !== undefined) looks.delete(oldest);
    const begun = { access: platformOf(at).lookAtAccess(at.workspace), endsAt: now() + lookMs, changes: 0 };
    looks.set(key, begun);
    return begun;
  }

  function forget(platform: PlatformName, change: AccessChange): void {
    const look = looks.get(joinKey(platform, change.workspace));
    if (look === undefined) return;
    look.changes++;
    look.access.forget(change);
  }

  /** Asks until nothing changed meanwhile. */
  async function ask<Value>(
    at: WorkspacePlace,
    question: (access: AccessLook) => Promise<Value>,
  ): Promise<Value> {
    for (let attempt = 1; ; attempt++) {
      const look = lookAt(at);
      const { changes } = look;
      const value = await question(look.access);
      const isOfNow = lookAt(at) === look && look.changes === changes;
      if (isOfNow || attempt === maxAttempts) return value;
    }
  }

  /** What the platform doesn't say is not shown. */
  async function failClosed(
    signal: AbortSignal,
    fallback: readonly AudienceKey[],
    find: (signal: AbortSignal) => Promise<ReadonlySet<AudienceKey>>,
  ): Promise<Visible> {
    try {
      return { audiences: await find(AbortSignal.any([signal, AbortSignal.timeout(askMs)])) };
    } catch (error) {
      if (signal.aborted || !(error instanceof AppError)) throw error;
      const failed = error.code === "aborted" ? "platform_unreachable" : error.code;
      log.warn({ error: failed }, "who may read what could not be asked for; nothing more is shown");
      return { audiences: new Set(fallback), failed };
    }
  }

  const onSignal = (payload: unknown): void => {
    const { platform, change } = payload as { platform: PlatformName; change: AccessChange };
    forget(platform, change);
  };
  const unsubscribe = await signals.subscribe(topic, onSignal);

  return {
    forPerson: (place, person, signal) =>
      failClosed(signal, [], async (until) => {
        const facts = await ask(place, (access) => access.facts({ person }, until));
        return audiencesForAnswer(facts, person, "private", undefined);
      }),
    forAnswer(place, person, privacy, signal) {
      const { platform, workspace, channel } = place;
      // Whoever reads along in a thread reads its channel.
      const atLeast = audienceKey({ platform, workspace, channel });
      return failClosed(signal, [atLeast], async (until) => {
        const question = privacy === "public" ? { person, place } : { person };
        const [facts, here] = await ask(place, (access) =>
          Promise.all([access.facts(question, until), access.audienceOf(place, until)]),
        );
        return audiencesForAnswer(facts, person, privacy, here);
      });
    },
    async audienceOf(place, signal) {
      const audience = await ask(place, (access) => access.audienceOf(place, signal));
      return audience && audienceKey(audience);
    },
    changed(platform, change) {
      forget(platform, change);
      signals.publish(topic, { platform, change }).catch((error: unknown) => {
        log.warn({ error: String(error) }, "other instances were not told of a change in who may read what");
      });
    },
    stop: unsubscribe,
  };
}
