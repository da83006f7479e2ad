import type { Change } from "../../../core/channel-settings.ts";
import { joinKey } from "../../../core/ids.ts";
import type { CategoryRules } from "../../../core/moderation/policy.ts";
import type { Storage } from "../../../core/storage.ts";
import type { ModerationRules, RulesScope } from "../../../core/stores.ts";

const collection = "moderation-rules";

interface StoredRules {
  readonly rules: CategoryRules;
  readonly change: Change;
}

export function createModerationRules({ records }: Pick<Storage, "records">): ModerationRules {
  return {
    async get(scope) {
      const stored = await records.get<StoredRules>(collection, idOf(scope));
      return { value: stored?.value.rules ?? {}, version: stored?.version ?? 0 };
    },

    putting(scope, rules, ifVersion, change) {
      const value: StoredRules = { rules, change };
      const indexes = {
        workspace: [{ value: joinKey(scope.platform, scope.workspace) }],
        person: [{ value: change.by, rank: change.at }],
      };
      return { op: "records.put", collection, id: idOf(scope), value, ifVersion, indexes };
    },
  };
}

function idOf({ platform, workspace, channel }: RulesScope): string {
  return joinKey(platform, workspace, ...(channel === undefined ? [] : [channel]));
}
