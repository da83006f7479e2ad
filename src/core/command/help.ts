import type { Words } from "../words/en.ts";
import { describeParameters } from "./describe.ts";
import type { CommandWords } from "./describe.ts";
import { usageOf } from "./format.ts";
import { mayRun } from "./permissions.ts";
import type { Permission, Rights } from "./permissions.ts";
import type { Command, CommandTable } from "./shape.ts";
import { commandsOf, groupOf } from "./table.ts";

/** Help in Markdown: on what this person may use, or on a group or a command of the table. */
export function writeHelp(
  table: CommandTable,
  topic: string | undefined,
  rights: Rights,
  { commands: words }: Words,
): string {
  if (topic === undefined) return writeOverview(table, rights, words);
  const command = table.commands[topic];
  return command === undefined
    ? writeGroup(table, topic, rights, words)
    : writeCommandHelp(topic, command, words);
}

/** What somebody reads who may not run a command. */
export function writeRefusal(
  command: string,
  { who }: Extract<Permission, { readonly kind: "refused" }>,
  { commands: words }: Words,
): string {
  return words.refused(command, words.who[who]);
}

function writeOverview(table: CommandTable, rights: Rights, words: CommandWords): string {
  const groups = Object.entries(table.groups).flatMap(([group, { help }]) => {
    const lines = allowedCommands(table, group, rights);
    return lines === "" ? [] : [`**${group}**: ${help}\n${lines}`];
  });
  return [
    `**${words.helpTitle}**\n${allowedCommands(table, undefined, rights)}`,
    ...groups,
    `${words.more} ${words.inThreads}`,
  ].join("\n\n");
}

function writeGroup(table: CommandTable, group: string, rights: Rights, words: CommandWords): string {
  const lines = allowedCommands(table, group, rights);
  const title = `**${group}**: ${table.groups[group]?.help ?? ""}`;
  if (lines !== "") return `${title}\n${lines}\n\n${words.more}`;
  const forManagers = commandsOf(table, group).some(([, { who }]) => who === "channelManager");
  return `${title}\n${words.nothingForYou(words.who[forManagers ? "channelManager" : "admin"])}`;
}

function allowedCommands(table: CommandTable, group: string | undefined, rights: Rights): string {
  const allowed = commandsOf(table, group).filter(
    ([, command]) => mayRun(command, rights).kind === "allowed",
  );
  return allowed.map(([name, command]) => `- \`${usageOf(name, command)}\`: ${command.help}`).join("\n");
}

function writeCommandHelp(name: string, command: Command, words: CommandWords): string {
  const { aliases = [], examples } = command;
  const also = aliases.map((alias) => `\`/parley ${[groupOf(name), alias].filter(Boolean).join(" ")}\``);
  const remarks = [
    words.whoMay(words.who[command.who]),
    words.answered[command.answer],
    also.length > 0 && words.also(also),
  ];
  const sections = [
    `\`${usageOf(name, command)}\`\n${command.help}.`,
    describeParameters(command, words).join("\n"),
    `${words.examples}\n${examples.map((example) => `- \`/parley ${example}\``).join("\n")}`,
    remarks.filter(Boolean).join(" "),
  ];
  return sections.filter(Boolean).join("\n\n");
}
