import { personKey } from "../../../core/ids.ts";
import type { Now } from "../../../core/ports.ts";
import type { Operation, Storage } from "../../../core/storage.ts";
import type { Share, Shares } from "../../../core/stores.ts";

const key = "shares";
const keptMs = 24 * 3_600_000;

/** One log: what is older than a day goes when something new comes. */
export function createShares({ log }: Pick<Storage, "log">, now: Now): Shares {
  const putting = (share: Share, revision: number): Operation => {
    const { platform, workspace } = share.place;
    const people = [personKey(platform, workspace, share.person)];
    return { op: "log.put", key, id: share.id, order: share.at, revision, value: share, people };
  };
  return {
    async get(id) {
      const share = (await log.get<Share>(key, id))?.value;
      return share && now() - share.at < keptMs ? share : undefined;
    },
    keeping(share) {
      return [putting(share, 1), { op: "log.removeBefore", key, order: now() - keptMs }];
    },
    closing: (share) => putting({ ...share, question: "", answer: "", isShared: true }, 2),
  };
}
