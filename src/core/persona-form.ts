import type { FormChoice, FormField, FormLimits, FormValues } from "./form.ts";
import { personaCatalogue } from "./persona-catalogue.ts";
import {
  readExamples,
  readNames,
  readSettings,
  settingNames,
  writeExamples,
  writeSettings,
} from "./persona-lines.ts";
import type { PersonaSettings, SettingKey } from "./persona-lines.ts";
import { defaultTemplate } from "./persona.ts";
import type { PersonaSpec } from "./persona.ts";
import type { Words } from "./words/en.ts";

// A persona as a form. Where there is little room, title, constraints and model stand among the settings, as lines.

/** As parley.yaml has them (config/personas.ts). */
const nameForm = /^[a-z0-9][a-z0-9-]{0,39}$/;
const maxNameChars = 40;
const maxTitleChars = 200;
const maxTextChars = 20_000;
const maxExamples = 20;
const maxSettingsChars = 2_000;

const wideKeys: readonly SettingKey[] = ["title", "constraints", "model"];
const constraintSets = Object.keys(personaCatalogue.constraintSets);
type PersonaWords = Words["forms"]["persona"];
type FieldName = keyof PersonaWords["fields"];

/**
 * The form's fields as the persona is now, empty for a new one; `undefined` where what it says doesn't fit into them.
 */
export function personaFields(
  spec: PersonaSpec | undefined,
  limits: FormLimits,
  words: PersonaWords,
): readonly FormField[] | undefined {
  const isWide = limits.maxFields >= 8;
  const long = (max: number) => ({ isLong: true, maxChars: Math.min(max, limits.maxTextChars) });
  const short = (maxChars: number) => ({ isLong: false, maxChars });
  const text = (
    name: FieldName,
    size: { readonly isLong: boolean; readonly maxChars: number },
    initial?: string,
  ): FormField => {
    const optional = name === "name" ? {} : { optional: true as const };
    return { kind: "text", ...wordsOf(name, words), ...optional, ...size, ...(initial && { initial }) };
  };
  const { title, model, instructions, examples = [], template = defaultTemplate } = spec ?? {};
  const choices = templateChoices(words);
  const fields: readonly FormField[] = [
    ...(spec === undefined ? [text("name", short(maxNameChars))] : []),
    ...(isWide ? [text("title", short(maxTitleChars), title)] : []),
    { kind: "choice", ...wordsOf("template", words), choices, initial: template },
    text("instructions", long(maxTextChars), instructions),
    text("examples", long(maxTextChars), writeExamples(examples)),
    ...(isWide ? [constraintChoices(spec, words), text("model", short(maxTitleChars), model)] : []),
    text("settings", long(maxSettingsChars), writeSettings(spec ?? {}, isWide ? [] : wideKeys)),
  ];
  return spec === undefined || holds(fields, spec, words) ? fields : undefined;
}

/** The persona that was filled in, or what is wrong: field → a sentence. What the form has no field for stays as `before` has it. */
export function readPersonaForm(
  values: FormValues,
  before: { readonly name: string } | undefined,
  words: PersonaWords,
): { readonly spec: PersonaSpec } | { readonly problems: FormValues } {
  const written = (field: string) => (values[field] ?? "").toWellFormed().trim();
  const problems: Record<string, string> = {};
  const name = before?.name ?? written("name").toLowerCase().replaceAll(/\s+/g, "-");
  if (!nameForm.test(name)) problems["name"] = words.wrong.name;
  const template = written("template") || defaultTemplate;
  if (!Object.hasOwn(personaCatalogue.templates, template)) problems["template"] = words.wrong.template;
  for (const field of ["instructions", "examples"])
    if (written(field).length > maxTextChars) problems[field] = words.wrong.tooLong(maxTextChars);
  const examples = readExamples(written("examples"));
  if (examples === undefined) problems["examples"] = words.wrong.examples;
  else if (examples.length > maxExamples) problems["examples"] = words.wrong.tooManyExamples(maxExamples);

  const isWide = "title" in values;
  const lines = readSettings(written("settings"), isWide ? [] : wideKeys);
  if ("wrong" in lines)
    problems["settings"] = words.wrong.settings(
      lines.wrong.slice(0, 60),
      isWide ? settingNames : [...wideKeys, ...settingNames],
    );
  const own: PersonaSettings = {
    ...(written("title") && { title: written("title") }),
    ...(written("model") && { model: written("model") }),
    ...("constraints" in values && { constraints: readNames(written("constraints")) }),
  };
  const settings = { ...("settings" in lines && lines.settings), ...own };
  if ((settings.title?.length ?? 0) > maxTitleChars) problems["title"] = words.wrong.tooLong(maxTitleChars);
  if (settings.model !== undefined && !/^\S{1,200}$/.test(settings.model))
    problems[isWide ? "model" : "settings"] = words.wrong.model;
  const unknown = settings.constraints?.find((each) => !constraintSets.includes(each));
  if (unknown !== undefined)
    problems[isWide ? "constraints" : "settings"] = words.wrong.constraints(constraintSets);
  if (Object.keys(problems).length > 0) return { problems };
  return { spec: specOf(name, template, written("instructions"), examples ?? [], settings) };
}

function specOf(
  name: string,
  template: string,
  instructions: string,
  examples: NonNullable<PersonaSpec["examples"]>,
  { title, constraints, model, parameters = {} }: PersonaSettings,
): PersonaSpec {
  const isEvery = constraints !== undefined && constraintSets.every((each) => constraints.includes(each));
  return {
    name,
    ...(title !== undefined && { title }),
    template,
    ...(constraints !== undefined && !isEvery && { constraints }),
    ...(instructions !== "" && { instructions }),
    ...(examples.length > 0 && { examples }),
    ...(model !== undefined && { model }),
    parameters,
  };
}

/** Whether the persona comes out of the form as it went in. */
function holds(fields: readonly FormField[], spec: PersonaSpec, words: PersonaWords): boolean {
  const isTooLong = fields.some(
    (field) =>
      field.kind === "text" &&
      ((field.initial?.length ?? 0) > field.maxChars ||
        (!field.isLong && /[\r\n]/.test(field.initial ?? ""))),
  );
  if (isTooLong) return false;
  const values = Object.fromEntries(fields.map((field) => [field.name, initialOf(field)]));
  const read = readPersonaForm(values, spec, words);
  return "spec" in read && canonical(read.spec) === canonical(spec);
}

function initialOf(field: FormField): string {
  return typeof field.initial === "object" ? field.initial.join(",") : (field.initial ?? "");
}

function canonical({
  name,
  template = defaultTemplate,
  instructions = "",
  examples = [],
  ...settings
}: PersonaSpec): string {
  const spec = specOf(name, template, instructions.trim(), examples, settings);
  const parameters = Object.entries(spec.parameters ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ ...spec, constraints: spec.constraints?.toSorted(), parameters });
}

function constraintChoices(spec: PersonaSpec | undefined, words: PersonaWords): FormField {
  return {
    kind: "choices",
    ...wordsOf("constraints", words),
    optional: true,
    choices: Object.entries(personaCatalogue.constraintSets).map(([value, { title }]) => ({
      value,
      label: title,
    })),
    initial: spec?.constraints ?? constraintSets,
  };
}

function templateChoices({ families }: PersonaWords): readonly FormChoice[] {
  return Object.entries(personaCatalogue.templates).map(([value, { title, family }]) => ({
    value,
    label: title,
    group: families[family],
  }));
}

function wordsOf(name: FieldName, { fields }: PersonaWords) {
  const about: { readonly label: string; readonly help?: string; readonly placeholder?: string } =
    fields[name];
  return { name, ...about };
}
