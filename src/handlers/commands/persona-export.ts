import type { PersonaSpec } from "../../core/persona.ts";
import type { OutgoingFile } from "../../core/platform.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { Words } from "../../core/words/en.ts";
import { refuse } from "./refuse.ts";
import type { CommandAnswer } from "./command.ts";
import type { WorkspacePlace } from "../../core/channel-settings.ts";
import { findPersona } from "./find-persona.ts";
import type { PersonaCommandDeps, PersonaCommands, PersonaFiles } from "./persona.ts";

/** What `persona import` reads at the most. */
export const maxPersonaFileBytes = 256 * 1024;

export interface ExportDeps {
  readonly personas: Pick<PersonaCommandDeps["personas"], "known" | "files">;
  readonly ambient: { readonly words: Words };
}

export function createPersonaExport(deps: ExportDeps): PersonaCommands["persona export"] {
  return ({ name }, { place }) => exportPersonas(place, name, deps);
}

/** Personas to take elsewhere, as text that can be read and changed: one, or all of a workspace. */
export async function exportPersonas(
  workspace: WorkspacePlace,
  name: string | undefined,
  deps: ExportDeps,
): Promise<CommandAnswer> {
  const { known, files } = deps.personas;
  const { words } = deps.ambient;
  if (name !== undefined) {
    const found = await findPersona(workspace, name, known, words);
    if ("text" in found) return found;
    if (found.origin === "catalogue") {
      const text = words.personas.notOfChat(quoteText(name), words.personas.origins.catalogue);
      return refuse(`${text} ${words.personas.nothingToExport}`);
    }
    return { text: words.personas.exported(1), files: [personaFile(name, [found.spec], files, words)] };
  }
  const specs = (await known.all(workspace))
    .filter(({ origin }) => origin !== "catalogue")
    .map(({ spec }) => spec);
  if (specs.length === 0) return { text: words.personas.nothingToExport };
  const parts = inParts(specs, (each) => Buffer.byteLength(files.write([each])));
  const written = parts.map((part, i) =>
    personaFile(i === 0 ? "personas" : `personas-${i + 1}`, part, files, words),
  );
  return { text: words.personas.exported(specs.length), files: written };
}

export function personaFile(
  name: string,
  specs: readonly PersonaSpec[],
  files: PersonaFiles,
  words: Words,
): OutgoingFile {
  return {
    name: `${name}.yaml`,
    mediaType: "application/yaml",
    bytes: new TextEncoder().encode(files.write(specs)),
    altText: words.personas.exportAlt,
  };
}

/** As few parts as can be read again; each persona alone fits, as it came in so. */
function inParts(
  specs: readonly PersonaSpec[],
  bytesOf: (spec: PersonaSpec) => number,
): readonly (readonly PersonaSpec[])[] {
  const parts: PersonaSpec[][] = [];
  let left = 0;
  for (const spec of specs) {
    const bytes = bytesOf(spec);
    const last = parts.at(-1);
    if (last === undefined || bytes > left) {
      parts.push([spec]);
      left = maxPersonaFileBytes - bytes;
    } else {
      last.push(spec);
      left -= bytes;
    }
  }
  return parts;
}
