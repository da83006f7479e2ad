import { formatCommand } from "../../core/command/format.ts";
import { commandTable } from "../../core/command/table.ts";
import type { GivenCommand } from "../../core/command/table.ts";
import { personaFields, readPersonaForm } from "../../core/persona-form.ts";
import type { FormValues } from "../../core/form.ts";
import type { PersonaSpec } from "../../core/persona.ts";
import { quoteBlock, quoteText } from "../../core/quote-text.ts";
import type { CommandAnswer } from "./command.ts";
import { findPersona } from "./find-persona.ts";
import type { PersonaCommandDeps, PersonaCommands } from "./persona.ts";
import { personaFile } from "./persona-export.ts";
import { refuse } from "./refuse.ts";
import type { Expected, SavePersonas } from "./save-personas.ts";

/**
 * Saves what was filled into the form of a persona. Where it can't be saved, whoever wrote it gets it back. Without a form,
 * says why there was none.
 */
export function createPersonaWriteCommands(
  deps: PersonaCommandDeps,
  { save, mayNot }: SavePersonas,
): Pick<PersonaCommands, "persona create" | "persona edit"> {
  const { known, files } = deps.personas;
  const { words } = deps.ambient;
  const { persona: formWords, howToOpen } = words.forms;

  return {
    async "persona create"(_given, context) {
      const { form, place } = context;
      if (form === undefined) return refuse(howToOpen("persona create"));
      const read = readPersonaForm(form.values, undefined, formWords);
      if ("problems" in read) return giveBackRaw(read.problems, form.values);
      const { spec } = read;
      const shown = quoteText(spec.name);
      if ((await known.find(place, spec.name))?.origin === "config")
        return giveBack(refuse(words.personas.reserved(shown)), spec);
      const isNew: Expected = ({ value }) =>
        value === undefined ? undefined : refuse(formWords.exists(shown));
      const saved = await save([spec], context, isNew);
      return "text" in saved ? giveBack(saved, spec) : { text: formWords.created(shown) };
    },

    async "persona edit"({ name }, context) {
      const { form, place } = context;
      const shown = quoteText(name);
      if (form === undefined) {
        const found = await findPersona(place, name, known, words);
        if ("text" in found) return found;
        if (found.origin !== "chat")
          return refuse(words.personas.notOfChat(shown, words.personas.origins[found.origin]));
        const refusal = await mayNot([name], context);
        if (refusal !== undefined) return refusal;
        const { limits } = deps.platformOf(place);
        if (personaFields(found.spec, limits.form, formWords) !== undefined) {
          const given: GivenCommand = { name: "persona edit", arguments: { name } };
          return refuse(howToOpen(formatCommand(commandTable, given)));
        }
        const file = personaFile(name, [found.spec], files, words);
        return { ...refuse(formWords.tooBig(shown)), files: [file] };
      }
      const read = readPersonaForm(form.values, { name }, formWords);
      if ("problems" in read) return giveBackRaw(read.problems, form.values);
      const isAsSeen: Expected = ({ value, version }) => {
        if (value === undefined) return refuse(formWords.goneMeanwhile(shown));
        return version === form.version ? undefined : refuse(formWords.changedMeanwhile(shown));
      };
      const saved = await save([read.spec], context, isAsSeen);
      return "text" in saved ? giveBack(saved, read.spec) : { text: formWords.edited(shown) };
    },
  };

  /** Why, and what was written, so that it can be sent again. */
  function giveBack({ text: why }: CommandAnswer, spec: PersonaSpec): CommandAnswer {
    const { notSaved, yoursAsFile } = words.forms;
    return refuse(
      [`${why} ${notSaved}`, yoursAsFile, quoteBlock(files.write([spec]).trimEnd())].join("\n\n"),
    );
  }

  function giveBackRaw(problems: FormValues, values: FormValues): CommandAnswer {
    const labelOf = (field: string) =>
      Object.hasOwn(formWords.fields, field)
        ? formWords.fields[field as keyof typeof formWords.fields].label
        : quoteText(field);
    const list = Object.entries(problems).map(([field, why]) => `- **${labelOf(field)}**: ${why}`);
    const written = Object.entries(values)
      .filter(([field, value]) => Object.hasOwn(formWords.fields, field) && value.trim() !== "")
      .map(([field, value]) => `${labelOf(field)}:\n${quoteBlock(value)}`);
    const { notSaved, yours } = words.forms;
    return refuse([`${notSaved}\n${list.join("\n")}`, yours, ...written].join("\n\n"));
  }
}
