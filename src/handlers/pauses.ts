import { personKey } from "../core/ids.ts";
import type { PersonKey } from "../core/ids.ts";
import type { MessageCreated } from "../core/event.ts";
import type { Now } from "../core/ports.ts";
import type { Signals } from "../core/storage.ts";
import type { PauseStore } from "../core/stores.ts";
import { createMemory } from "./memory.ts";

/** Whom Parley doesn't answer just now, remembered, because every message asks for it. */
export interface Pauses {
  /** Until when, in milliseconds since the epoch; nothing for whoever is answered. */
  until(person: PersonKey): Promise<number | undefined>;
  /** To be called when something was stored: every instance reads anew. */
  changed(): Promise<void>;
  stop(): Promise<void>;
}

const topic = "pauses";

export async function createPauses(deps: {
  readonly pauses: PauseStore;
  readonly signals: Signals;
  readonly now: Now;
}): Promise<Pauses> {
  const { pauses, signals, now } = deps;
  const people = createMemory<number>(now);
  const unsubscribe = await signals.subscribe(topic, () => people.forget());
  return {
    async until(person) {
      const until = await people.recall(person, async () => (await pauses.of(person))?.until ?? 0);
      return until > now() ? until : undefined;
    },
    async changed() {
      people.forget();
      await signals.publish(topic, {});
    },
    stop: unsubscribe,
  };
}

/** The person who wrote something. */
export function authorOf({ place, author }: Pick<MessageCreated, "place" | "author">): PersonKey {
  return personKey(place.platform, place.workspace, author.id);
}
