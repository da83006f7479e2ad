import type { Spender } from "../../core/command/spender.ts";
import { formatSpender, readSpender } from "../../core/command/spender.ts";
import type { Place } from "../../core/event.ts";
import { personKey } from "../../core/ids.ts";
import type { Platform } from "../../core/platform.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { SpendingScope } from "../../core/spending.ts";
import type { Words } from "../../core/words/en.ts";
import type { KnownPersonas } from "../known-personas.ts";
import type { CommandAnswer, CommandContext } from "./command.ts";
import { findPersona } from "./find-persona.ts";
import { refuse } from "./refuse.ts";

export interface FoundSpender {
  readonly scope: SpendingScope;
  /** What it is called in a sentence. */
  readonly name: string;
}

/** Whose budget is meant, once it is known that there is such a one; or the answer that there isn't. */
export type FindSpender = (
  written: string,
  context: Pick<CommandContext, "place" | "signal">,
) => Promise<FoundSpender | CommandAnswer>;

export function createFindSpender(deps: {
  readonly platformOf: (place: Place) => Platform;
  readonly known: KnownPersonas;
  readonly words: Words;
}): FindSpender {
  const { platformOf, known, words } = deps;
  const said = words.budgets;

  return async (written, { place, signal }) => {
    const spender = readSpender(written);
    const unknown = refuse(said.noScope(quoteText(spender ? formatSpender(spender) : written)));
    if (spender === undefined) return unknown;
    if (spender.kind === "persona") {
      const found = await findPersona(place, spender.persona, known, words);
      return "text" in found ? found : foundOf(spender, spender.persona);
    }
    if (spender.kind === "workspace") return { scope: { kind: "workspace" }, name: said.scope.workspace };
    const platform = platformOf(place);
    const facts =
      spender.kind === "person"
        ? await platform.person(place.workspace, spender.person, signal)
        : await platform.channel(place.workspace, spender.channel, signal);
    if (facts === undefined || ("isBot" in facts && facts.isBot)) return unknown;
    return foundOf(spender, facts.name);

    function foundOf(named: Exclude<Spender, { kind: "workspace" }>, name: string): FoundSpender {
      const scope: SpendingScope =
        named.kind === "person"
          ? { kind: "person", person: personKey(place.platform, place.workspace, named.person) }
          : named;
      return { scope, name: said.scope[named.kind](quoteText(name)) };
    }
  };
}
