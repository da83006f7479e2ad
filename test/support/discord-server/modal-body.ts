import type { FormErrors } from "./discord-error.ts";

// Modals: developers/components/reference, Label, Text Input and String Select.

const label = 18;
const textInput = 4;
const stringSelect = 3;
const maxTextChars = 4_000;
const maxOptions = 25;

interface Input {
  readonly type?: unknown;
  readonly custom_id?: unknown;
  readonly label?: unknown;
  readonly style?: unknown;
  readonly required?: unknown;
  readonly value?: unknown;
  readonly placeholder?: unknown;
  readonly min_length?: unknown;
  readonly max_length?: unknown;
  readonly min_values?: unknown;
  readonly max_values?: unknown;
  readonly options?: unknown;
}

interface Row {
  readonly type?: unknown;
  readonly label?: unknown;
  readonly description?: unknown;
  readonly component?: Input;
  readonly components?: readonly Input[];
}

interface Option {
  readonly label?: unknown;
  readonly value?: unknown;
  readonly description?: unknown;
  readonly default?: unknown;
}

/** Adds what is wrong with the components of a modal. Rows of text inputs are still taken, as they were before labels. */
export function checkModalComponents(errors: FormErrors, rows: readonly Row[]): void {
  const seen = new Set<unknown>();
  for (const [index, row] of rows.entries()) {
    const at = `data.components.${index}`;
    const isLabel = row.type === label;
    const input = isLabel ? row.component : row.components?.[0];
    if (!isLabel && row.type !== 1) {
      errors.add(`${at}.type`, "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1, 18).');
      continue;
    }
    if (isLabel) {
      checkText(errors, `${at}.label`, row.label, 1, 45);
      if (row.description !== undefined) checkText(errors, `${at}.description`, row.description, 1, 100);
    }
    if (input === undefined) {
      errors.add(`${at}.component`, "BASE_TYPE_REQUIRED", "This field is required");
      continue;
    }
    if (isLabel && input.label !== undefined)
      errors.add(`${at}.component.label`, "COMPONENT_LABEL_NOT_ALLOWED", "A label is not allowed here");
    checkText(errors, `${at}.custom_id`, input.custom_id, 1, 100);
    if (seen.has(input.custom_id))
      errors.add(at, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
    seen.add(input.custom_id);
    if (input.type === textInput) checkTextInput(errors, at, input);
    else if (input.type === stringSelect && isLabel) checkSelect(errors, at, input);
    else errors.add(`${at}.type`, "UNION_TYPE_CHOICES", "This component can't stand here.");
  }
}

function checkTextInput(errors: FormErrors, at: string, input: Input): void {
  const { style, value, placeholder, max_length: max = maxTextChars } = input;
  if (style !== 1 && style !== 2)
    errors.add(`${at}.style`, "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.");
  if (typeof max !== "number" || max < 1 || max > maxTextChars)
    errors.add(
      `${at}.max_length`,
      "NUMBER_TYPE_MAX",
      `int value should be less than or equal to ${maxTextChars}.`,
    );
  if (value !== undefined) checkText(errors, `${at}.value`, value, 0, Math.min(Number(max), maxTextChars));
  if (placeholder !== undefined) checkText(errors, `${at}.placeholder`, placeholder, 0, 100);
}

function checkSelect(errors: FormErrors, at: string, input: Input): void {
  const { min_values: min = 1, max_values: max = 1, required = true } = input;
  const options = Array.isArray(input.options) ? (input.options as readonly Option[]) : [];
  if (options.length < 1 || options.length > maxOptions)
    errors.add(`${at}.options`, "BASE_TYPE_BAD_LENGTH", `Must be between 1 and ${maxOptions} in length.`);
  for (const [index, option] of options.entries()) {
    checkText(errors, `${at}.options.${index}.label`, option.label, 1, 100);
    checkText(errors, `${at}.options.${index}.value`, option.value, 1, 100);
    if (option.description !== undefined)
      checkText(errors, `${at}.options.${index}.description`, option.description, 1, 100);
  }
  const defaults = options.filter((option) => option.default === true).length;
  if (defaults > Number(max) || Number(max) > options.length)
    errors.add(`${at}.max_values`, "BASE_TYPE_BAD_LENGTH", "More are chosen than may be.");
  if (required === true && min === 0)
    errors.add(`${at}.min_values`, "BASE_TYPE_BAD_LENGTH", "What is required needs a value.");
}

function checkText(errors: FormErrors, at: string, text: unknown, min: number, max: number): void {
  if (typeof text === "string" && text.length >= min && text.length <= max) return;
  errors.add(at, "BASE_TYPE_BAD_LENGTH", `Must be between ${min} and ${max} in length.`);
}

/** An input as a person sees it. */
export interface ShownField {
  readonly name: string;
  readonly label: string;
  readonly optional: boolean;
  readonly initial: string;
  readonly choices: readonly string[];
}

export function shownFields(components: readonly Row[]): readonly ShownField[] {
  return components.map((row) => {
    const input = row.component ?? row.components?.[0] ?? {};
    const options = (input.options ?? []) as readonly Option[];
    const chosen = options.filter((option) => option.default === true).map(({ value }) => String(value));
    return {
      name: String(input.custom_id),
      label: String(row.label ?? input.label),
      optional: input.required === false,
      initial: typeof input.value === "string" ? input.value : chosen.join(","),
      choices: options.map(({ value }) => String(value)),
    };
  });
}

/** What the modal says once it is filled in; what isn't named stays as it was. @throws Error for what Discord's client refuses */
export function fillIn(
  components: readonly Row[],
  values: Readonly<Record<string, string>>,
): readonly object[] {
  const fields = shownFields(components);
  const unknown = Object.keys(values).find((name) => fields.every((field) => field.name !== name));
  if (unknown !== undefined) throw new Error(`there is no field ${unknown}`);
  return components.map((row, index) => {
    const input = row.component ?? row.components?.[0] ?? {};
    const {
      name = "",
      optional,
      initial,
      choices,
    } = fields[index] ?? { choices: [] as string[], initial: "" };
    const value = values[name] ?? initial;
    if (value === "" && !optional) throw new Error(`${name} has to be filled in`);
    if (input.type === textInput && value.length > Number(input.max_length ?? maxTextChars))
      throw new Error("that is longer than the field takes");
    const chosen = value.split(",").filter((each) => each !== "");
    if (input.type === stringSelect && !chosen.every((each) => choices.includes(each)))
      throw new Error(`there is no choice ${value}`);
    const base = { type: input.type, id: index + 1, custom_id: name };
    const filled = input.type === stringSelect ? { ...base, values: chosen } : { ...base, value };
    return row.component
      ? { type: label, id: index + 10, component: filled }
      : { type: 1, components: [filled] };
  });
}
