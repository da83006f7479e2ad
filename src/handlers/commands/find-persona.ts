import type { WorkspacePlace } from "../../core/channel-settings.ts";
import { nearestName } from "../../core/nearest.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { Words } from "../../core/words/en.ts";
import type { KnownPersona, KnownPersonas } from "../known-personas.ts";
import type { CommandAnswer } from "./command.ts";

/** A persona by its name, or the answer that there is none. */
export async function findPersona(
  workspace: WorkspacePlace,
  name: string,
  known: KnownPersonas,
  words: Words,
): Promise<KnownPersona | CommandAnswer> {
  const found = await known.find(workspace, name);
  if (found !== undefined) return found;
  const names = (await known.all(workspace)).map(({ persona }) => persona.name);
  const nearest = nearestName(name, names);
  const text = words.personas.unknown(quoteText(name), nearest && quoteText(nearest));
  return { text, isPrivate: true };
}
