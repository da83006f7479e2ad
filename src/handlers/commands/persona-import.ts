import { defaultSetting } from "../../core/command/shape.ts";
import { nothingSet } from "../../core/channel-settings.ts";
import { AppError } from "../../core/errors.ts";
import { personaCatalogue } from "../../core/persona-catalogue.ts";
import { reachesBeyond } from "../../core/persona-binding.ts";
import { resolvePersona } from "../../core/persona.ts";
import type { PersonaSpec } from "../../core/persona.ts";
import { quoteBlock, quoteText } from "../../core/quote-text.ts";
import { maxSavedPersonas } from "../known-personas.ts";
import { createTurnBudget } from "../recall.ts";
import { checkModel } from "./check-model.ts";
import type { CommandAnswer, CommandContext } from "./command.ts";
import { maxPersonaFileBytes } from "./persona-export.ts";
import { callContextOf } from "./call-context.ts";
import type { PersonaCommandDeps, PersonaCommands } from "./persona.ts";
import { retryOvertaken } from "./retry-overtaken.ts";
import { refuse } from "./refuse.ts";

const maxShownProblems = 10;
const maxBindings = 1_000;

/** Takes over personas from a file: all of them, once each of them is fit to be used, or none. */
export function createPersonaImport(deps: PersonaCommandDeps): PersonaCommands["persona import"] {
  const { storage, stores, models, settings } = deps;
  const { configured, known } = deps.personas;
  const { words, now } = deps.ambient;
  const { savedPersonas, bindings, ledger } = stores;
  const turnBudget = createTurnBudget(models.tokens, settings.limits);

  return async (_given, context) => {
    const read = await readAttachment(context);
    if ("text" in read) return read;
    const { personas } = read;
    const refusal =
      (await checkNames(personas, context)) ??
      (await checkModels(personas)) ??
      (await checkRoom(personas, context)) ??
      (await judge(personas, context));
    if (refusal !== undefined) return refusal;
    const before = await retryOvertaken(() => save(personas, context));
    await settings.chatSettings.changed();
    const namesOf = (specs: readonly PersonaSpec[]) => specs.map(({ name }) => quoteText(name)).join(", ");
    const made = personas.filter(({ name }) => !before.has(name));
    const changed = personas.filter(({ name }) => before.has(name));
    const text = words.personas.imported(namesOf(made), namesOf(changed));
    return { text: `${text} ${words.personas.importedNext}` };
  };

  async function readAttachment(
    context: CommandContext,
  ): Promise<CommandAnswer | { readonly personas: readonly PersonaSpec[] }> {
    const { attachments, place, signal } = context;
    const [attachment, ...more] = attachments;
    const tooLong = refuse(words.personas.fileTooLong(maxPersonaFileBytes / 1024));
    if (attachment === undefined || more.length > 0) return refuse(words.personas.fileMissing);
    if (attachment.sizeBytes > maxPersonaFileBytes) return tooLong;
    const bytes = await deps.platformOf(place).download(attachment, maxPersonaFileBytes, signal);
    if (bytes.length > maxPersonaFileBytes) return tooLong;
    const text = decode(bytes);
    if (text === undefined) return refuse(words.personas.fileNoText);
    const read = deps.personas.files.read(attachment.name, text);
    if ("problems" in read) {
      const { problems } = read;
      const more = problems.length - maxShownProblems;
      const shown = problems.slice(0, maxShownProblems).map((problem) => problem.slice(0, 500));
      const lines = [...shown, ...(more > 0 ? [words.personas.moreProblems(more)] : [])];
      return refuse(`${words.personas.fileProblems(problems.length)}\n${quoteBlock(lines.join("\n"))}`);
    }
    return read.personas.length === 0 ? refuse(words.personas.noPersonas) : read;
  }

  async function checkNames(
    personas: readonly PersonaSpec[],
    { place, rights }: CommandContext,
  ): Promise<CommandAnswer | undefined> {
    const names = personas.map(({ name }) => name);
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
    { place, by, signal }: CommandContext,
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
    context: CommandContext,
  ): Promise<CommandAnswer | undefined> {
    const texts = personas.flatMap((spec) => {
      const { title, systemMessage, examples } = resolvePersona(spec, personaCatalogue);
      const said = examples.flatMap(({ question, answer }) => [question, answer]);
      return [title, systemMessage, ...said].map((text) => ({ text, name: spec.name }));
    });
    const { verdicts, call } = await models.moderate(
      texts.map(({ text }) => text),
      context.signal,
    );
    const [first] = personas;
    if (call && first)
      await storage.commit(ledger.adding({ ...call, ...callContextOf(context, first.name) }));
    const at = verdicts.findIndex(({ decision }) => decision === "block");
    if (at < 0) return undefined;
    const topics = (verdicts[at]?.categories ?? []).map((each) => words.topics[each] ?? words.otherTopic);
    const listed = new Intl.ListFormat(words.language).format(new Set(topics));
    return refuse(words.personas.blocked(quoteText(texts[at]?.name ?? ""), listed));
  }

  /** Answers which of them there were before. */
  async function save(
    personas: readonly PersonaSpec[],
    { place, person, id }: CommandContext,
  ): Promise<ReadonlySet<string>> {
    const stored = await Promise.all(
      personas.map(async (spec) => {
        const [{ value, version }, [newest, earlier]] = await Promise.all([
          savedPersonas.get(place, spec.name),
          savedPersonas.versions(place, spec.name, 2),
        ]);
        // Saved by this very command before a crash.
        const isDone = newest?.change.cause === id;
        return { spec, version, isDone, isKnown: isDone ? earlier?.spec !== undefined : value !== undefined };
      }),
    );
    const change = { by: person, at: now(), cause: id };
    const open = stored.filter(({ isDone }) => !isDone);
    const saving = open.flatMap(({ spec, version }) =>
      savedPersonas.putting(place, spec.name, spec, version, change),
    );
    if (saving.length > 0) await storage.commit(saving);
    return new Set(stored.filter(({ isKnown }) => isKnown).map(({ spec }) => spec.name));
  }
}

function listNames(names: readonly string[]): string {
  return names.slice(0, 20).map(quoteText).join(", ");
}

/** Text in UTF-8, with or without a byte order mark. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
