import type { Keyv } from "keyv";
import { z } from "zod";

import type { PlatformEvent } from "../../core/event.ts";
import type { PersonId } from "../../core/ids.ts";
import type { Logger, Now } from "../../core/ports.ts";
import { directWorkspace } from "./spot.ts";

/** People who spoke to Parley lately, and the direct channel with each as far as it is known. */
export interface Acquaintances {
  note(event: PlatformEvent): void;
  /** The latest first. */
  list(): Promise<readonly Acquaintance[]>;
  /** Keeps what is not kept yet. */
  save(): Promise<void>;
}

export interface Acquaintance {
  readonly person: PersonId;
  readonly direct?: string | undefined;
}

const Stored = z
  .array(z.object({ person: z.string().transform((id) => id as PersonId), direct: z.string().optional() }))
  .catch([]);

const key = "discord/acquaintances";
const maxPeople = 100;
const keptMs = 7 * 24 * 3_600_000;
const saveEveryMs = 10_000;

/**
 * Discord tells of a direct channel only when something is said in it, and nobody says that again to a new session:
 * who may have written meanwhile is remembered here.
 */
export function createAcquaintances(deps: {
  readonly cache: Keyv;
  readonly now: Now;
  readonly log: Logger;
}): Acquaintances {
  const { cache, now, log } = deps;
  /** The latest last. */
  const people = new Map<string, Acquaintance>();
  let savedAt = 0;
  let isSaved = true;
  let loading: Promise<void> | undefined;

  function put(acquaintance: Acquaintance): void {
    people.delete(acquaintance.person);
    people.set(acquaintance.person, acquaintance);
    const [oldest] = people.keys();
    if (people.size > maxPeople && oldest !== undefined) people.delete(oldest);
  }

  async function load(): Promise<void> {
    const noted = [...people.values()];
    people.clear();
    for (const stored of Stored.parse(await cache.get(key))) put(stored);
    for (const known of noted) put({ direct: people.get(known.person)?.direct, ...known });
  }

  const loaded = (): Promise<void> =>
    (loading ??= load().catch((error: unknown) => {
      log.debug({ error: String(error) }, "people who spoke to Parley could not be recalled");
    }));

  async function save(): Promise<void> {
    if (isSaved) return;
    isSaved = true;
    savedAt = now();
    try {
      await loaded();
      await cache.set(key, [...people.values()], keptMs);
    } catch (error) {
      log.debug({ error: String(error) }, "people who spoke to Parley could not be kept");
    }
  }

  return {
    note(event) {
      if (event.kind !== "message" || event.addressed === "none" || event.author.isBot) return;
      const { author, place } = event;
      const isDirect = place.workspace === directWorkspace;
      const known = people.get(author.id);
      put({ person: author.id, direct: isDirect ? place.channel : known?.direct });
      isSaved = false;
      if (now() - savedAt >= saveEveryMs) void save();
    },
    async list() {
      await loaded();
      return [...people.values()].toReversed();
    },
    save,
  };
}
