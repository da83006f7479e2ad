import { scopeKey } from "../../../core/budget.ts";
import type { Budget, CallStop } from "../../../core/budget.ts";
import type { WorkspacePlace } from "../../../core/channel-settings.ts";
import { joinKey } from "../../../core/ids.ts";
import type { Operation, Storage } from "../../../core/storage.ts";
import type { BudgetStore, StopReach } from "../../../core/stores.ts";

const collection = "budgets";
const stops = "call-stops";
const marks = "budget-marks";

export function createBudgets({ records }: Pick<Storage, "records">): BudgetStore {
  return {
    async of(place, scopes) {
      const found = await records.getMany<Budget>(
        collection,
        scopes.map((scope) => scopeKey(place, scope)),
      );
      return found.map((each) => ({ value: each?.value, version: each?.version ?? 0 }));
    },

    async all(place, limit) {
      const { items } = await records.list<Budget>(collection, "workspace", keyOf(place), { limit });
      return items.map(({ value }) => value);
    },

    putting(place, budget, ifVersion): Operation {
      const { scope, change } = budget;
      return {
        op: "records.put",
        collection,
        id: scopeKey(place, scope),
        value: budget,
        ifVersion,
        indexes: {
          workspace: [{ value: keyOf(place) }],
          person: [
            { value: change.by, rank: change.at },
            ...(scope.kind === "person" && scope.person !== change.by ? [{ value: scope.person }] : []),
          ],
        },
      };
    },

    removing: (place, scope, ifVersion) => ({
      op: "records.delete",
      collection,
      id: scopeKey(place, scope),
      ifVersion,
    }),

    async stopOf(place) {
      const found = await records.getMany<CallStop>(stops, [idOf("everywhere"), idOf(place)]);
      return found.find((each) => each !== undefined)?.value;
    },

    stopping(reach, change) {
      const value: CallStop = { change };
      const indexes = { person: [{ value: change.by, rank: change.at }] };
      return { op: "records.put", collection: stops, id: idOf(reach), value, indexes };
    },

    goingOn: (reach) => ({ op: "records.delete", collection: stops, id: idOf(reach) }),

    async marksTold(key) {
      const stored = await records.get<readonly number[]>(marks, key);
      return { value: stored?.value ?? [], version: stored?.version ?? 0 };
    },

    telling: (key, told, ifVersion) => ({
      op: "records.put",
      collection: marks,
      id: key,
      value: told,
      ifVersion,
    }),
  };
}

function idOf(reach: StopReach): string {
  return reach === "everywhere" ? "everywhere" : `workspace/${keyOf(reach)}`;
}

function keyOf({ platform, workspace }: WorkspacePlace): string {
  return joinKey(platform, workspace);
}
