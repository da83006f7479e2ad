import type { Words } from "../words/en.ts";
import type { Command, Value } from "./shape.ts";

export type CommandWords = Words["commands"];

/** A list of what a command takes: its parameters, what can be set, its file. */
export function describeParameters({ parameters, file }: Command, words: CommandWords): readonly string[] {
  const lines = Object.entries(parameters).flatMap(([name, parameter]) => {
    const optional = parameter.optional ? ` (${words.optional})` : "";
    const takes = parameter.kind === "setting" ? "" : ` ${words.takes(describeValue(parameter, words))}`;
    const settings = parameter.kind === "setting" ? Object.entries(parameter.values) : [];
    return [
      `- \`${name}\`${optional}: ${parameter.help}.${takes}`,
      ...settings.map(([setting, value]) => `  - \`${setting}\`: ${describeValue(value, words)}`),
    ];
  });
  return file === undefined ? lines : [...lines, `- \`${file.name}\`: ${file.help}.`];
}

/** What may be written for a parameter: `a number from 0 to 2`. */
export function describeValue(value: Value, words: CommandWords): string {
  const { allowed } = words;
  switch (value.kind) {
    case "choice":
      return allowed.choice(value);
    case "integer":
    case "number":
      return allowed[value.kind](value);
    case "words":
      return allowed.words(value);
    default:
      return allowed[value.kind]();
  }
}
