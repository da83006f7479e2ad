import { isObject } from "./arguments.ts";
import { checkBlocks } from "./blocks.ts";
import { plainText } from "./block-elements.ts";
import { invalidArguments } from "./slack-refusal.ts";
import type { Json } from "./workspace.ts";

// Modals: docs.slack.dev/reference/views/modal-views; what people fill in is checked as their client checks it.

const maxBlocks = 100;
const maxMetadataChars = 3_000;
const maxCallbackChars = 255;
const maxTitleChars = 24;

/** The outline of a modal. @throws SlackRefusal */
export function checkView(value: unknown): Json {
  if (!isObject(value)) throw invalidArguments("must be an object [json-pointer:/view]");
  const { type, title, submit, close, blocks, private_metadata: metadata, callback_id: callback } = value;
  if (type !== "modal") throw invalidArguments("unsupported type [json-pointer:/view/type]");
  const problems: string[] = [];
  for (const [name, text] of Object.entries({ title, submit, close }))
    if (name === "title" || text !== undefined) plainText(maxTitleChars)(text, `/view/${name}`, problems);
  const [problem] = problems;
  if (problem !== undefined) throw invalidArguments(problem);
  if (!Array.isArray(blocks) || !blocks.every(isObject)) {
    throw invalidArguments("missing required field: blocks [json-pointer:/view]");
  }
  if (blocks.some((block) => block.type === "input") && submit === undefined)
    throw invalidArguments("missing required field: submit [json-pointer:/view]");
  checkLength(metadata, maxMetadataChars, "private_metadata");
  checkLength(callback, maxCallbackChars, "callback_id");
  checkBlocks(blocks, maxBlocks);
  return value;
}

function checkLength(text: unknown, max: number, name: string): void {
  if (typeof text === "string" && text.length > max)
    throw invalidArguments(`must be less than ${max + 1} characters [json-pointer:/view/${name}]`);
}

/** An input as a person sees it. */
export interface ShownField {
  readonly name: string;
  readonly label: string;
  readonly optional: boolean;
  readonly initial: string;
  readonly choices: readonly string[];
}

export function shownFields(view: Json): readonly ShownField[] {
  return inputsOf(view).map(({ block_id: name, label, optional, element }) => ({
    name: String(name),
    label: String((label as Json).text),
    optional: optional === true,
    initial: initialOf(element),
    choices: optionsOf(element).map(({ value }) => String(value)),
  }));
}

/** What the view says once it is filled in; what isn't named stays as it was. @throws Error for what Slack's client refuses */
export function fillIn(view: Json, values: Readonly<Record<string, string>>): Json {
  const inputs = inputsOf(view);
  const unknown = Object.keys(values).find((name) => inputs.every(({ block_id: id }) => id !== name));
  if (unknown !== undefined) throw new Error(`there is no field ${unknown}`);
  const state = inputs.map(({ block_id: id, optional, element }): [string, Json] => {
    const value = values[String(id)] ?? initialOf(element);
    if (value === "" && optional !== true) throw new Error(`${String(id)} has to be filled in`);
    return [String(id), { [String(element.action_id)]: stateOf(element, value) }];
  });
  return Object.fromEntries(state);
}

function stateOf(element: Json, value: string): Json {
  const { type, max_length: max = 3_000 } = element;
  if (type === "plain_text_input") {
    if (value.length > Number(max)) throw new Error("that is longer than the field takes");
    return { type, value: value === "" ? null : value };
  }
  const chosen = value.split(",").filter((each) => each !== "");
  const found = chosen.map((each) => {
    const option = optionsOf(element).find((one) => one.value === each);
    if (!option) throw new Error(`there is no choice ${each}`);
    return option;
  });
  return type === "checkboxes"
    ? { type, selected_options: found }
    : { type, selected_option: found[0] ?? null };
}

interface Input {
  readonly block_id: unknown;
  readonly label: unknown;
  readonly optional: unknown;
  readonly element: Json;
}

function inputsOf({ blocks }: Json): readonly Input[] {
  const all = Array.isArray(blocks) ? (blocks as readonly Json[]) : [];
  return all.filter(({ type }) => type === "input") as unknown as readonly Input[];
}

function optionsOf({ options, option_groups: groups }: Json): readonly Json[] {
  if (Array.isArray(options)) return options.filter(isObject);
  return Array.isArray(groups) ? groups.filter(isObject).flatMap((group) => optionsOf(group)) : [];
}

function initialOf({ initial_value: text, initial_option: one, initial_options: several }: Json): string {
  if (typeof text === "string") return text;
  if (isObject(one)) return String(one.value);
  return Array.isArray(several)
    ? several
        .filter(isObject)
        .map(({ value }) => String(value))
        .join(",")
    : "";
}
