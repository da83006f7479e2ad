import type { WorkspacePlace } from "../core/channel-settings.ts";
import { personaCatalogue } from "../core/persona-catalogue.ts";
import { resolvePersona } from "../core/persona.ts";
import type { Persona, PersonaChoice, PersonaSpec } from "../core/persona.ts";
import type { SavedPersonas } from "../core/stores.ts";

/** A persona that can be chosen in a workspace. Only those that were made in chat can be changed there. */
export interface KnownPersona {
  readonly origin: "catalogue" | "config" | "chat";
  readonly spec: PersonaSpec;
  readonly persona: Persona;
}

export interface KnownPersonas {
  find(workspace: WorkspacePlace, name: string): Promise<KnownPersona | undefined>;
  all(workspace: WorkspacePlace): Promise<readonly KnownPersona[]>;
}

/** How many a workspace may make. */
export const maxSavedPersonas = 200;

/** The catalogue's personas, the config's and a workspace's own. A name that the first two have belongs to them. */
export function createKnownPersonas(deps: {
  readonly configured: PersonaChoice;
  readonly saved: SavedPersonas;
}): KnownPersonas {
  const { configured, saved } = deps;

  function ofConfig(name: string): KnownPersona | undefined {
    const persona = configured.byName.get(name);
    if (persona === undefined) return undefined;
    const spec = configured.described.get(name);
    return spec
      ? { origin: "config", spec, persona }
      : { origin: "catalogue", spec: { name, template: name }, persona };
  }

  return {
    async find(workspace, name) {
      const known = ofConfig(name);
      if (known !== undefined) return known;
      const { value: spec } = await saved.get(workspace, name);
      return spec && ofChat(spec);
    },

    async all(workspace) {
      const specs = await saved.all(workspace, maxSavedPersonas);
      return [
        ...[...configured.byName.keys()].map(ofConfig),
        ...specs.filter(({ name }) => !configured.byName.has(name)).map(ofChat),
      ].filter((known) => known !== undefined);
    },
  };
}

/** One whose template a later version of the program no longer has is as if it weren't there. */
function ofChat(spec: PersonaSpec): KnownPersona | undefined {
  try {
    return { origin: "chat", spec, persona: resolvePersona(spec, personaCatalogue) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
