import { chatCommands, parameterOf } from "./command/groups/chat.ts";
import { defaultSetting } from "./command/shape.ts";
import { formatValue, readValue } from "./command/values.ts";
import type { PersonaExample, PersonaSpec } from "./persona.ts";
import type { ChatParameters } from "./ports.ts";

// Parts of a persona as text that people write by hand.

/** `Q: …` and `A: …`, each of as many lines as it takes. */
export function writeExamples(examples: readonly PersonaExample[]): string {
  return examples.map(({ question, answer }) => `Q: ${question}\nA: ${answer}`).join("\n\n");
}

/** `undefined` where a question has no answer, an answer no question, or something stands before them. */
export function readExamples(text: string): readonly PersonaExample[] | undefined {
  const [before = "", ...parts] = text.replaceAll("\r\n", "\n").split(/^[ \t]*([QA]):/im);
  if (before.trim() !== "") return undefined;
  const examples: PersonaExample[] = [];
  for (let i = 0; i < parts.length; i += 4) {
    const [mark, question = "", next, answer = ""] = parts.slice(i, i + 4);
    if (mark?.toUpperCase() !== "Q" || next?.toUpperCase() !== "A") return undefined;
    if (question.trim() === "" || answer.trim() === "") return undefined;
    examples.push({ question: question.trim(), answer: answer.trim() });
  }
  return examples;
}

/** What lines of `name: value` can say of a persona. */
export type PersonaSettings = Pick<PersonaSpec, "title" | "constraints" | "model" | "parameters">;

const settingValue = chatCommands["chat set"].parameters.value;
const noTable = { groups: {}, commands: {} };
type Parameter = keyof typeof parameterOf;

/** The settings as lines, one each; `keys` are those that stand in them beside the parameters. */
export function writeSettings(
  { title, constraints, model, parameters = {} }: PersonaSettings,
  keys: readonly SettingKey[],
): string {
  const own = { title, constraints: constraints && (constraints.join(", ") || "none"), model };
  const lines = keys.flatMap((key) => (own[key] === undefined ? [] : [`${key}: ${own[key]}`]));
  const parameterLines = Object.entries(parameterOf).flatMap(([name, key]) => {
    const value = parameters[key];
    const kind = settingValue.values[name as Parameter];
    return value === undefined ? [] : [`${name}: ${formatValue(kind, value)}`];
  });
  return [...lines, ...parameterLines].join("\n");
}

export type SettingKey = "title" | "constraints" | "model";

/** Every name that may stand before a colon. */
export const settingNames: readonly string[] = Object.keys(parameterOf);

/** The settings of lines, or the first line that says nothing. */
export function readSettings(
  text: string,
  keys: readonly SettingKey[],
): { readonly settings: PersonaSettings } | { readonly wrong: string } {
  let settings: PersonaSettings = {};
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "") continue;
    const read = readSetting(line, keys);
    if (read === undefined) return { wrong: line };
    settings = { ...settings, ...read, parameters: { ...settings.parameters, ...read.parameters } };
  }
  return { settings };
}

function readSetting(line: string, keys: readonly SettingKey[]): PersonaSettings | undefined {
  const [, name = "", raw = ""] = /^([a-z_]+)\s*[:=]\s*(.+)$/i.exec(line) ?? [];
  const key = name.toLowerCase();
  if (key === "title" && keys.includes(key)) return { title: raw };
  if (key === "model" && keys.includes(key)) return { model: raw };
  if (key === "constraints" && keys.includes(key)) return { constraints: readNames(raw) };
  if (!Object.hasOwn(parameterOf, key)) return undefined;
  const value = readValue(noTable, settingValue, raw, key);
  if (value === undefined) return undefined;
  if (value === defaultSetting) return {};
  const parameters: Partial<ChatParameters> = { [parameterOf[key as Parameter]]: value };
  return { parameters };
}

/** Names in a row, by commas; `none` for none. */
export function readNames(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  return [...new Set(names.filter((name) => name !== "" && name !== "none"))];
}
