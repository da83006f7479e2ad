import type { Words } from "../words/en.ts";
import { describeParameters } from "./describe.ts";
import type { CommandWords } from "./describe.ts";
import { usageOf } from "./format.ts";
import type { Command, CommandTable } from "./shape.ts";
import { commandsOf } from "./table.ts";

/** docs/commands.md. */
export function writeCommandPage(table: CommandTable, { commands: words }: Words): string {
  const { page } = words;
  const parts = [
    `# ${page.title}`,
    page.intro,
    `## ${page.general}`,
    ...writeCommands(commandsOf(table, undefined), words),
    ...Object.entries(table.groups).flatMap(([group, { help }]) => [
      `## \`${group}\``,
      `${help}.`,
      ...writeCommands(commandsOf(table, group), words),
    ]),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** A table of them, then what each takes. */
function writeCommands(
  commands: readonly (readonly [name: string, command: Command])[],
  words: CommandWords,
): readonly string[] {
  const { columns, takes } = words.page;
  const rows = commands.map(([name, command]) => [
    `\`${usageOf(name, command).replaceAll("|", "\\|")}\``,
    command.help,
    words.who[command.who],
  ]);
  const table = [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  const details = commands.flatMap(([name, command]) => {
    const parameters = describeParameters(command, words);
    if (parameters.length === 0) return [];
    const examples = command.examples.map((example) => `\`/parley ${example}\``).join(", ");
    return [`\`${name}\` ${takes}:`, parameters.join("\n"), `${words.examples} ${examples}`];
  });
  return [table.join("\n"), ...details];
}
