import type { PersonId } from "../../core/ids.ts";
import type { Button } from "../../core/platform.ts";
import type { NewId, Now } from "../../core/ports.ts";
import type { Spot } from "./messages.ts";
import type { FileView } from "./shelf.ts";
import type { Notice } from "./view.ts";

/** A person; older ones go first. */
const maxKept = 100;

export interface NoticeContent {
  readonly blocks: readonly string[];
  readonly buttons?: readonly Button[];
  readonly files?: readonly FileView[];
}

/** What only one person sees: kept in this process, as an ephemeral message of Slack's is kept nowhere. */
export function createNotices(now: Now, newId: NewId) {
  const kept = new Map<PersonId, readonly Notice[]>();
  return {
    /** Under the same id it is the same notice. */
    add(person: PersonId, spot: Spot, content: NoticeContent, id = newId()): Notice {
      const { blocks, buttons = [], files } = content;
      const all = kept.get(person) ?? [];
      const sentAt = all.find((each) => each.id === id)?.sentAt ?? now();
      const notice = { ...spot, id, sentAt, blocks, buttons, ...(files && { files }) };
      kept.set(person, [...all.filter((each) => each.id !== id), notice].slice(-maxKept));
      return notice;
    },
    find(person: PersonId, id: string): Notice | undefined {
      return (kept.get(person) ?? []).find((notice) => notice.id === id);
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
