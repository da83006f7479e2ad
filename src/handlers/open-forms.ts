import { setTimeout as sleep } from "node:timers/promises";

import { formatCommand } from "../core/command/format.ts";
import { mayRun } from "../core/command/permissions.ts";
import type { Rights } from "../core/command/permissions.ts";
import { commandTable } from "../core/command/table.ts";
import type { GivenCommand } from "../core/command/table.ts";
import { toAppError } from "../core/errors.ts";
import type { CommandGiven, Place } from "../core/event.ts";
import type { Form, FormLimits } from "../core/form.ts";
import { reachesBeyond } from "../core/persona-binding.ts";
import { personaFields, readPersonaForm } from "../core/persona-form.ts";
import type { Forms } from "../core/command/forms.ts";
import type { Platform } from "../core/platform.ts";
import type { Logger } from "../core/ports.ts";
import type { PersonaBindings, SavedPersonas } from "../core/stores.ts";
import type { Words } from "../core/words/en.ts";

/** Slack and Discord wait three seconds for the form itself, and it has to travel. */
const withinMs = 1_000;
const maxBindings = 1_000;
/** What is asked about a message: a text of its own, not a document. */
const maxQuestionChars = 2_000;

/** The forms that commands open. Rights are asked for here, and once more when what was filled in is run. */
export function createForms(deps: {
  readonly platformOf: (place: Place) => Platform;
  readonly stores: { readonly savedPersonas: SavedPersonas; readonly bindings: PersonaBindings };
  /** Names that belong to the catalogue or the config. */
  readonly reserved: ReadonlyMap<string, unknown>;
  readonly admins: readonly string[];
  readonly words: Words;
  readonly log: Logger;
}): Forms {
  const { platformOf, stores, reserved, admins, words, log } = deps;

  return {
    async formFor(command) {
      const { reading, form, place } = command;
      if (form !== undefined || reading.kind !== "command" || !opensForm(command)) return undefined;
      const done = new AbortController();
      const tooLate = sleep(withinMs, undefined, { signal: done.signal, ref: false }).catch(() => undefined);
      const made = make(reading.command, command, AbortSignal.timeout(withinMs)).catch((error: unknown) => {
        log.warn({ platform: place.platform, code: toAppError(error).code }, "a form could not be made");
        return undefined;
      });
      try {
        return await Promise.race([made, tooLate]);
      } finally {
        done.abort();
      }
    },

    problemsIn({ reading, form }) {
      if (form === undefined || reading.kind !== "command") return {};
      const { name, arguments: given } = reading.command;
      if (name !== "persona create" && name !== "persona edit") return {};
      const before = name === "persona edit" ? given : undefined;
      const read = readPersonaForm(form.values, before, words.forms.persona);
      return "problems" in read ? read.problems : {};
    },
  };

  async function make(
    given: GivenCommand,
    command: CommandGiven,
    signal: AbortSignal,
  ): Promise<Form | undefined> {
    const { place, by, about } = command;
    const limits = platformOf(place).limits.form;
    if (given.name === "ask") return about === undefined ? undefined : aboutForm(given, about, limits);
    const rights = await rightsOf(place, by.id, signal);
    if (mayRun(commandTable.commands[given.name], rights).kind === "refused") return undefined;
    if (given.name === "persona create") return createForm(given, limits);
    return given.name === "persona edit" ? editForm(given, place, rights, limits) : undefined;
  }

  function aboutForm(
    given: GivenCommand,
    about: NonNullable<CommandGiven["about"]>,
    limits: FormLimits,
  ): Form {
    const { ask, about: texts } = words.forms;
    const maxChars = Math.min(maxQuestionChars, limits.maxTextChars);
    const { title, label, help } = texts;
    return {
      key: { command: given.name, about },
      title,
      submit: ask,
      fields: [{ kind: "text", name: "text", label, help, optional: true, isLong: true, maxChars }],
    };
  }

  function createForm(given: GivenCommand, limits: FormLimits): Form | undefined {
    const fields = personaFields(undefined, limits, words.forms.persona);
    return (
      fields && {
        key: { command: given.name },
        title: words.forms.persona.createTitle,
        submit: words.forms.save,
        fields,
      }
    );
  }

  async function editForm(
    given: GivenCommand & { readonly name: "persona edit" },
    place: Place,
    { isAdmin }: Rights,
    limits: FormLimits,
  ): Promise<Form | undefined> {
    const { name } = given.arguments;
    if (reserved.has(name)) return undefined;
    const [{ value, version }, used] = await Promise.all([
      stores.savedPersonas.get(place, name),
      stores.bindings.all(place, name, maxBindings),
    ]);
    if (value === undefined) return undefined;
    if (!isAdmin && used.some((each) => reachesBeyond(each, place))) return undefined;
    const fields = personaFields(value, limits, words.forms.persona);
    return (
      fields && {
        key: { command: formatCommand(commandTable, given), version },
        title: words.forms.persona.editTitle,
        submit: words.forms.save,
        fields,
      }
    );
  }

  async function rightsOf(
    place: Place,
    person: CommandGiven["by"]["id"],
    signal: AbortSignal,
  ): Promise<Rights> {
    const rights = await platformOf(place).rights(place, person, signal);
    return { ...rights, isAdmin: rights.isAdmin || admins.includes(person) };
  }
}

function opensForm({ reading, about, message }: CommandGiven): boolean {
  // What comes as a message has nothing that a form could be opened by.
  if (reading.kind !== "command" || message !== undefined) return false;
  const { name } = reading.command;
  return name === "persona create" || name === "persona edit" || (name === "ask" && about !== undefined);
}
