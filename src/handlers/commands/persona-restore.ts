import { reachesBeyond } from "../../core/persona-binding.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { PersonaVersion } from "../../core/stores.ts";
import { maxSavedPersonas } from "../known-personas.ts";
import { findPersona } from "./find-persona.ts";
import type { PersonaCommandDeps, PersonaCommands } from "./persona.ts";
import { retryOvertaken } from "./retry-overtaken.ts";
import { refuse } from "./refuse.ts";

const maxBindings = 1_000;
const maxVersions = 1_000;
const maxShownVersions = 20;

/** Makes an earlier version the newest one; nothing that came after it is lost. */
export function createPersonaRestore(deps: PersonaCommandDeps): PersonaCommands["persona restore"] {
  const { storage, stores, settings } = deps;
  const { configured, known } = deps.personas;
  const { savedPersonas, bindings } = stores;
  const { words, now } = deps.ambient;

  return async ({ name, version: wanted }, { place, person, rights, id }) => {
    const shown = quoteText(name);
    if (configured.byName.has(name)) {
      const origin = configured.described.has(name) ? "config" : "catalogue";
      return refuse(words.personas.notOfChat(shown, words.personas.origins[origin]));
    }
    const used = await bindings.all(place, name, maxBindings);
    if (!rights.isAdmin && used.some((each) => reachesBeyond(each, place)))
      return refuse(words.personas.usedElsewhere(shown));

    return retryOvertaken(async () => {
      const versions = await savedPersonas.versions(place, name, maxVersions);
      const [newest, ...earlier] = versions;
      if (newest === undefined) {
        const none = await findPersona(place, name, known, words);
        return "text" in none ? none : refuse(words.personas.noSuchVersion(shown, ""));
      }
      // Made by this very command before a crash: what there was to choose from is what came before.
      const isDone = newest.change.cause === id;
      const chosen = choose(isDone ? earlier : versions, wanted);
      if (chosen?.spec === undefined)
        return refuse(words.personas.noSuchVersion(shown, listVersions(versions)));
      const made = isDone ? newest.version : newest.version + 1;
      const answer = { text: words.personas.restored(shown, chosen.version, made) };
      if (isDone) return answer;
      const isNew = newest.spec === undefined;
      if (isNew && (await savedPersonas.all(place, maxSavedPersonas)).length >= maxSavedPersonas)
        return refuse(words.personas.tooMany(maxSavedPersonas));
      const change = { by: person, at: now(), cause: id };
      await storage.commit(savedPersonas.putting(place, name, chosen.spec, newest.version, change));
      await settings.chatSettings.changed();
      return answer;
    });
  };
}

/** The version that is wanted, or the newest one before what is now. */
function choose(
  [newest, ...earlier]: readonly PersonaVersion[],
  wanted: number | undefined,
): PersonaVersion | undefined {
  const all = newest ? [newest, ...earlier] : [];
  return wanted === undefined
    ? earlier.find(({ spec }) => spec !== undefined)
    : all.find(({ version }) => version === wanted);
}

function listVersions(versions: readonly PersonaVersion[]): string {
  const kept = versions.filter(({ spec }) => spec !== undefined).slice(0, maxShownVersions);
  return kept
    .map(({ version, change }) => `${version} (${new Date(change.at).toISOString().slice(0, 10)})`)
    .join(", ");
}
