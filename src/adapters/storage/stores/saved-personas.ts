import type { WorkspacePlace } from "../../../core/channel-settings.ts";
import { joinKey } from "../../../core/ids.ts";
import type { PersonaSpec } from "../../../core/persona.ts";
import type { Storage } from "../../../core/storage.ts";
import type { PersonaVersion, SavedPersonas } from "../../../core/stores.ts";

const collection = "personas";

/** The newest version of each persona as a record, found by workspace; all of its versions as a log. */
export function createSavedPersonas({ records, log }: Pick<Storage, "records" | "log">): SavedPersonas {
  return {
    async get(workspace, name) {
      const stored = await records.get<PersonaVersion>(collection, idOf(workspace, name));
      return { value: stored?.value.spec, version: stored?.version ?? 0 };
    },

    async all({ platform, workspace }, limit) {
      const page = await records.list<PersonaVersion>(collection, "workspace", joinKey(platform, workspace), {
        limit,
      });
      return page.items.map(({ value }) => value.spec).filter((spec): spec is PersonaSpec => !!spec);
    },

    async versions(workspace, name, limit) {
      const range = { direction: "newestFirst", limit } as const;
      const entries = await log.range<PersonaVersion>(versionsOf(workspace, name), range);
      return entries.map(({ value }) => value);
    },

    putting(workspace, name, spec, ifVersion, change) {
      const { platform, workspace: id } = workspace;
      const version = ifVersion + 1;
      const value: PersonaVersion = { version, change, ...(spec && { spec }) };
      return [
        {
          op: "records.put",
          collection,
          id: idOf(workspace, name),
          value,
          ifVersion,
          indexes: {
            // One that was deleted is found no more, and its version goes on where it was.
            ...(spec && { workspace: [{ value: joinKey(platform, id) }] }),
            person: [{ value: change.by, rank: change.at }],
          },
        },
        {
          op: "log.put",
          key: versionsOf(workspace, name),
          id: String(version),
          order: version,
          revision: 1,
          value,
          people: [change.by],
        },
      ];
    },
  };
}

function idOf({ platform, workspace }: WorkspacePlace, name: string): string {
  return joinKey(platform, workspace, name);
}

function versionsOf(workspace: WorkspacePlace, name: string): string {
  return `persona-versions/${idOf(workspace, name)}`;
}
