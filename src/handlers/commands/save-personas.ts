import { defaultSetting } from "../../core/command/shape.ts";
import { nothingSet } from "../../core/channel-settings.ts";
import { AppError } from "../../core/errors.ts";
import { personaCatalogue } from "../../core/persona-catalogue.ts";
import { reachesBeyond } from "../../core/persona-binding.ts";
import { resolvePersona } from "../../core/persona.ts";
import type { PersonaSpec } from "../../core/persona.ts";
import { quoteText } from "../../core/quote-text.ts";
import { maxSavedPersonas } from "../known-personas.ts";
import { createTurnBudget } from "../recall.ts";
import { checkModel } from "./check-model.ts";
import type { CommandAnswer, CommandContext } from "./command.ts";
import { callContextOf } from "./call-context.ts";
import type { Versioned } from "../../core/stores.ts";
import type { PersonaCommandDeps } from "./persona.ts";
import { retryOvertaken } from "./retry-overtaken.ts";
import { refuse } from "./refuse.ts";

const maxBindings = 1_000;

/** Saves personas that somebody wrote: all of them, once each of them is fit to be used, or none. */
export interface SavePersonas {
  /** Why somebody may not save personas under these names. */
  mayNot(names: readonly string[], context: SavingContext): Promise<CommandAnswer | undefined>;
  /**
   * Answers which of them there were before, or why none was saved. `expected` refuses one that is no longer as it was
   * seen, by its version.
   */
  save(
    personas: readonly PersonaSpec[],
    context: SavingContext,
    expected?: Expected,
  ): Promise<CommandAnswer | { readonly before: ReadonlySet<string> }>;
}

/** Who saves personas, and for which place. */
export type SavingContext = Pick<
  CommandContext,
  "place" | "conversation" | "by" | "person" | "rights" | "id" | "signal"
>;

/** Says why a persona can't be saved over what there is now; `undefined` where it can. */
export type Expected = (now: Versioned<PersonaSpec | undefined>) => CommandAnswer | undefined;

export interface SavePersonasDeps {
  readonly storage: Pick<PersonaCommandDeps["storage"], "commit">;
  readonly stores: PersonaCommandDeps["stores"];
  readonly personas: Pick<PersonaCommandDeps["personas"], "configured" | "known">;
  readonly models: Pick<PersonaCommandDeps["models"], "list" | "moderate" | "tokens">;
  readonly settings: Pick<PersonaCommandDeps["settings"], "personaFor" | "chatSettings" | "limits">;
  readonly ambient: Pick<PersonaCommandDeps["ambient"], "words" | "now">;
}

export function createSavePersonas(deps: SavePersonasDeps): SavePersonas {
  const { storage, stores, models, settings } = deps;
  const { configured, known } = deps.personas;
  const { words, now } = deps.ambient;
  const { savedPersonas, bindings, ledger } = stores;
  const turnBudget = createTurnBudget(models.tokens, settings.limits);

  return {
    mayNot: checkNames,
    async save(personas, context, expected = () => undefined) {
      const refusal =
        (await checkNames(
          personas.map(({ name }) => name),
          context,
        )) ??
        (await checkModels(personas)) ??
        (await checkRoom(personas, context)) ??
        (await judge(personas, context));
      if (refusal !== undefined) return refusal;
      const saved = await retryOvertaken(() => put(personas, context, expected));
      if ("before" in saved) await settings.chatSettings.changed();
      return saved;
    },
  };

  async function checkNames(
    names: readonly string[],
    { place, rights }: SavingContext,
  ): Promise<CommandAnswer | undefined> {
    const reserved = names.filter((name) => name === defaultSetting || configured.byName.has(name));
    if (reserved.length > 0) return refuse(words.personas.reserved(listNames(reserved)));
    const all = await known.all(place);
    const saved = all.filter(({ origin }) => origin === "chat").map(({ persona }) => persona.name);
    if (new Set([...saved, ...names]).size > maxSavedPersonas)
      return refuse(words.personas.tooMany(maxSavedPersonas));
    if (rights.isAdmin) return undefined;
    const used = await bindings.all(place, undefined, maxBindings);
    const others = new Set(used.filter((each) => reachesBeyond(each, place)).map(({ persona }) => persona));
    const elsewhere = names.filter((name) => others.has(name));
    return elsewhere.length > 0 ? refuse(words.personas.usedElsewhere(listNames(elsewhere))) : undefined;
  }

  async function checkModels(personas: readonly PersonaSpec[]): Promise<CommandAnswer | undefined> {
    const wanted = [...new Set(personas.map(({ model }) => model).filter((model) => model !== undefined))];
    const checks = await Promise.all(wanted.map((model) => checkModel(model, models.list, words)));
    const unknown = checks.find(({ kind }) => kind === "unknown");
    return unknown && "text" in unknown ? refuse(unknown.text) : undefined;
  }

  async function checkRoom(
    personas: readonly PersonaSpec[],
    { place, by, signal }: SavingContext,
  ): Promise<CommandAnswer | undefined> {
    for (const spec of personas) {
      const persona = resolvePersona(spec, personaCatalogue);
      const asking = { user: by.name, signal, persona, settings: nothingSet };
      // oxlint-disable-next-line no-await-in-loop -- counting is work of this process, and others want their turn.
      const active = await settings.personaFor(place, asking);
      try {
        // oxlint-disable-next-line no-await-in-loop -- as above.
        await turnBudget(active);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== "context_overflow") throw error;
        return refuse(words.personas.noRoom(quoteText(spec.name), quoteText(active.model)));
      }
    }
    return undefined;
  }

  /** All that a persona says to a model, before anybody can choose it. */
  async function judge(
    personas: readonly PersonaSpec[],
    context: SavingContext,
  ): Promise<CommandAnswer | undefined> {
    const texts = personas.flatMap((spec) => {
      const { title, systemMessage, examples } = resolvePersona(spec, personaCatalogue);
      const said = examples.flatMap(({ question, answer }) => [question, answer]);
      return [title, systemMessage, ...said].map((text) => ({ text, name: spec.name }));
    });
    const { place, person, signal } = context;
    const inputs = texts.map(({ text, name }) => ({ text, kind: "persona" as const, id: name, person }));
    const { verdicts, call } = await models.moderate(inputs, place, signal);
    const [first] = personas;
    if (call && first)
      await storage.commit(ledger.adding({ ...call, ...callContextOf(context, first.name) }));
    const at = verdicts.findIndex(({ decision }) => decision === "block");
    if (at < 0) return undefined;
    const topics = (verdicts[at]?.categories ?? []).map((each) => words.topics[each] ?? words.otherTopic);
    const listed = new Intl.ListFormat(words.language).format(new Set(topics));
    return refuse(words.personas.blocked(quoteText(texts[at]?.name ?? ""), listed));
  }

  async function put(
    personas: readonly PersonaSpec[],
    { place, person, id }: SavingContext,
    expected: Expected,
  ): Promise<CommandAnswer | { readonly before: ReadonlySet<string> }> {
    const stored = await Promise.all(
      personas.map(async (spec) => {
        const [is, [newest, earlier]] = await Promise.all([
          savedPersonas.get(place, spec.name),
          savedPersonas.versions(place, spec.name, 2),
        ]);
        // Saved by this very command before a crash.
        const isDone = newest?.change.cause === id;
        return { spec, is, isDone, isKnown: isDone ? earlier?.spec !== undefined : is.value !== undefined };
      }),
    );
    const open = stored.filter(({ isDone }) => !isDone);
    const refusal = open.map(({ is }) => expected(is)).find((each) => each !== undefined);
    if (refusal !== undefined) return refusal;
    const change = { by: person, at: now(), cause: id };
    const saving = open.flatMap(({ spec, is }) =>
      savedPersonas.putting(place, spec.name, spec, is.version, change),
    );
    if (saving.length > 0) await storage.commit(saving);
    return { before: new Set(stored.filter(({ isKnown }) => isKnown).map(({ spec }) => spec.name)) };
  }
}

function listNames(names: readonly string[]): string {
  return names.slice(0, 20).map(quoteText).join(", ");
}
