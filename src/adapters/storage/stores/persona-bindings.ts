import { AppError } from "../../../core/errors.ts";
import type { Place } from "../../../core/event.ts";
import { joinKey } from "../../../core/ids.ts";
import { bindingId, bindingIdsFor } from "../../../core/persona-binding.ts";
import type { BindingScope, PersonaBinding } from "../../../core/persona-binding.ts";
import type { Storage } from "../../../core/storage.ts";
import type { PersonaBindings } from "../../../core/stores.ts";

const collection = "persona-bindings";

/** Bindings as records, found by what they hold for, by workspace and by persona. */
export function createPersonaBindings({ records }: Pick<Storage, "records">): PersonaBindings {
  return {
    async holding(place) {
      const found = await records.getMany<PersonaBinding>(collection, bindingIdsFor(place));
      return found.flatMap((record) => (record ? [record.value] : []));
    },

    async all({ platform, workspace }, persona, limit) {
      const [index, value] =
        persona === undefined
          ? ["workspace", joinKey(platform, workspace)]
          : ["persona", joinKey(platform, workspace, persona)];
      const page = await records.list<PersonaBinding>(collection, index, value, { limit });
      return page.items.map((item) => item.value);
    },

    binding(scope, place, persona, change) {
      const { platform, workspace } = place;
      return {
        op: "records.put",
        collection,
        id: idOf(scope, place),
        value: { scope, place, persona, change } satisfies PersonaBinding,
        indexes: {
          workspace: [{ value: joinKey(platform, workspace) }],
          persona: [{ value: joinKey(platform, workspace, persona) }],
          person: [{ value: change.by, rank: change.at }],
        },
      };
    },

    releasing(scope, place) {
      return { op: "records.delete", collection, id: idOf(scope, place) };
    },
  };
}

function idOf(scope: BindingScope, place: Place): string {
  const id = bindingId(scope, place);
  if (id === undefined) throw new AppError("internal", "a place without the scope", { facts: { scope } });
  return id;
}
