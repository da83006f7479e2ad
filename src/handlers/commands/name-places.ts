import type { Place } from "../../core/event.ts";
import type { PersonaBinding } from "../../core/persona-binding.ts";
import type { Platform } from "../../core/platform.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { Words } from "../../core/words/en.ts";
import type { CommandContext } from "./command.ts";

/** Says where bindings hold; `undefined` for none. */
export type NamePlaces = (
  bindings: readonly Pick<PersonaBinding, "scope" | "place">[],
) => Promise<string | undefined>;

/** The platform is asked about each channel once, and about no more than these in one command. */
const maxChannels = 50;

/** Names places to one person, who learns of no channel that they can't read. */
export function createNamePlaces(
  { by, signal }: Pick<CommandContext, "by" | "signal">,
  deps: { readonly platformOf: (place: Place) => Platform; readonly words: Words },
): NamePlaces {
  const { platformOf, words } = deps;
  const channels = new Map<string, Promise<string | undefined>>();

  return async (bindings) => {
    const names = await Promise.all(bindings.map(nameOf));
    const shown = new Set(names.filter((name) => name !== undefined));
    const hidden = names.filter((name) => name === undefined).length;
    const all = [...shown, ...(hidden > 0 ? [words.personas.hiddenPlaces(hidden)] : [])];
    return all.length === 0 ? undefined : all.join(", ");
  };

  async function nameOf({
    scope,
    place,
  }: Pick<PersonaBinding, "scope" | "place">): Promise<string | undefined> {
    if (scope === "workspace" || scope === "category") return words.personas.place(scope, "");
    const known = channels.get(place.channel);
    if (known === undefined && channels.size >= maxChannels) return undefined;
    const asking = known ?? channelName(place);
    channels.set(place.channel, asking);
    const channel = await asking;
    return channel && words.personas.place(scope, channel);
  }

  /** Who can't be asked for has no right that is known. */
  async function channelName(place: Place): Promise<string | undefined> {
    const { workspace, channel } = place;
    try {
      const platform = platformOf(place);
      if (!(await platform.canRead(workspace, by.id, channel, signal))) return undefined;
      return quoteText((await platform.channel(workspace, channel, signal))?.name ?? channel);
    } catch {
      return undefined;
    }
  }
}
