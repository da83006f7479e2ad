import { defaultSetting } from "../../core/command/shape.ts";
import { AppError } from "../../core/errors.ts";
import { bindingId, reachesBeyond } from "../../core/persona-binding.ts";
import type { PersonaBinding } from "../../core/persona-binding.ts";
import type { PersonaSpec } from "../../core/persona.ts";
import { quoteText } from "../../core/quote-text.ts";
import { createTurnBudget } from "../recall.ts";
import type { CommandAnswer, CommandContext } from "./command.ts";
import { findPersona } from "./find-persona.ts";
import { createNamePlaces } from "./name-places.ts";
import type { PersonaCommandDeps, PersonaCommands } from "./persona.ts";
import { personaFile } from "./persona-export.ts";
import { retryOvertaken } from "./retry-overtaken.ts";
import { refuse } from "./refuse.ts";

const maxBindings = 1_000;

/** Who answers where, and who no longer does. */
export function createPersonaUseCommands(
  deps: PersonaCommandDeps,
): Pick<PersonaCommands, "persona use" | "persona delete"> {
  const { storage, stores, models, settings } = deps;
  const { known, files } = deps.personas;
  const { savedPersonas, bindings } = stores;
  const { words, now } = deps.ambient;
  const turnBudget = createTurnBudget(models.tokens, settings.limits);

  return {
    async "persona use"({ name, for: scope = "channel" }, context) {
      const { place, by, signal, rights } = context;
      const reachesFar = scope === "workspace" || scope === "category";
      if (reachesFar && !rights.isAdmin) return refuse(words.personas.adminsOnly(scope));
      if (bindingId(scope, place) === undefined) return refuse(words.personas.noSuchScope(scope));
      const asking = { user: by.name, signal };
      if (name === defaultSetting) {
        await storage.commit([bindings.releasing(scope, place)]);
        await settings.chatSettings.changed();
        const { title } = await settings.personaFor(place, asking);
        return { text: words.personas.released(scope, quoteText(title)) };
      }
      const found = await findPersona(place, name, known, words);
      if ("text" in found) return found;
      const { persona } = found;
      const active = await settings.personaFor(place, { ...asking, persona });
      const title = quoteText(persona.title);
      try {
        await turnBudget(active);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== "context_overflow") throw error;
        return refuse(words.personas.noRoom(title, quoteText(active.model)));
      }
      const change = { by: context.person, at: now(), cause: context.id };
      await storage.commit([bindings.binding(scope, place, name, change)]);
      await settings.chatSettings.changed();
      return { text: words.personas.used(title, scope) };
    },

    async "persona delete"({ name }, context) {
      const found = await findPersona(context.place, name, known, words);
      if ("text" in found) return (await answerAgain(name, context)) ?? found;
      const shown = quoteText(name);
      if (found.origin !== "chat")
        return refuse(words.personas.notOfChat(shown, words.personas.origins[found.origin]));
      const used = await retryOvertaken(async () => {
        const [{ version }, places] = await Promise.all([
          savedPersonas.get(context.place, name),
          bindings.all(context.place, name, maxBindings),
        ]);
        const isOthersToo = places.some((each) => reachesBeyond(each, context.place));
        if (isOthersToo && !context.rights.isAdmin) return undefined;
        const change = { by: context.person, at: now(), cause: context.id };
        await storage.commit([
          ...savedPersonas.putting(context.place, name, undefined, version, change),
          ...places.map(({ scope, place }) => bindings.releasing(scope, place)),
        ]);
        return places;
      });
      if (used === undefined) return refuse(words.personas.usedElsewhere(shown));
      await settings.chatSettings.changed();
      return sayDeleted(found.spec, used, context);
    },
  };

  /** What was deleted by this very command before a crash. */
  async function answerAgain(name: string, context: CommandContext): Promise<CommandAnswer | undefined> {
    const [last, before] = await savedPersonas.versions(context.place, name, 2);
    if (last?.change.cause !== context.id || before?.spec === undefined) return undefined;
    return sayDeleted(before.spec, [], context);
  }

  async function sayDeleted(
    spec: PersonaSpec,
    used: readonly PersonaBinding[],
    context: CommandContext,
  ): Promise<CommandAnswer> {
    const places = await createNamePlaces(context, { ...deps, words })(used);
    return {
      text: words.personas.deleted(quoteText(spec.name), places),
      files: [personaFile(spec.name, [spec], files, words)],
    };
  }
}
