import type { Place } from "../../core/event.ts";
import type { PersonaBinding } from "../../core/persona-binding.ts";
import type { Platform } from "../../core/ports.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { Words } from "../../core/words/en.ts";
import type { CommandContext } from "./command.ts";

const maxLookedUp = 25;

/** Says where bindings hold, to somebody who learns of no channel that they can't read; `undefined` for none. */
export async function namePlaces(
  bindings: readonly Pick<PersonaBinding, "scope" | "place">[],
  context: Pick<CommandContext, "by" | "signal">,
  deps: { readonly platformOf: (place: Place) => Platform; readonly words: Words },
): Promise<string | undefined> {
  const { platformOf, words } = deps;
  const names = await Promise.all(bindings.slice(0, maxLookedUp).map(nameOf));
  const shown = [...new Set(names.filter((name) => name !== undefined))];
  const hidden = bindings.length - names.filter((name) => name !== undefined).length;
  if (hidden > 0) shown.push(words.personas.hiddenPlaces(hidden));
  return shown.length === 0 ? undefined : shown.join(", ");

  async function nameOf({ scope, place }: (typeof bindings)[number]): Promise<string | undefined> {
    if (scope === "workspace" || scope === "category") return words.personas.place(scope, "");
    const { workspace, channel } = place;
    try {
      const platform = platformOf(place);
      if (!(await platform.canRead(workspace, context.by.id, channel, context.signal))) return undefined;
      const facts = await platform.channel(workspace, channel, context.signal);
      return words.personas.place(scope, quoteText(facts?.name ?? channel));
    } catch {
      // Who can't be asked for has no right that is known.
      return undefined;
    }
  }
}
