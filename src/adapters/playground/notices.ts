import type { PersonId } from "../../core/ids.ts";
import type { NewId, Now } from "../../core/ports.ts";
import type { Spot } from "./messages.ts";
import type { Notice } from "./view.ts";

/** A person; older ones go first. */
const maxKept = 50;

/** What only one person sees: kept in this process, as an ephemeral message of Slack's is kept nowhere. */
export function createNotices(now: Now, newId: NewId) {
  const kept = new Map<PersonId, readonly Notice[]>();
  return {
    /** Under the same id it is the same notice. */
    add(person: PersonId, spot: Spot, blocks: readonly string[], id = newId()): Notice {
      const notice = { ...spot, id, sentAt: now(), blocks };
      const others = (kept.get(person) ?? []).filter((each) => each.id !== id);
      kept.set(person, [...others, notice].slice(-maxKept));
      return notice;
    },
    of(person: PersonId, spot: Spot): readonly Notice[] {
      return (kept.get(person) ?? []).filter(
        (notice) => notice.channel === spot.channel && notice.thread === spot.thread,
      );
    },
    dismiss(person: PersonId, id: string): void {
      kept.set(
        person,
        (kept.get(person) ?? []).filter((notice) => notice.id !== id),
      );
    },
  };
}

export type Notices = ReturnType<typeof createNotices>;
