import { assignPieces } from "./parse.ts";
import { mayRun } from "./permissions.ts";
import type { Rights } from "./permissions.ts";
import { defaultSetting } from "./shape.ts";
import type { Command, CommandTable, CompletionSource, Value } from "./shape.ts";
import { commandsOf } from "./table.ts";
import { lastWordOf, topicsOf } from "./values.ts";

/** Discord takes no more and nothing longer; that is enough for others too. */
export const maxCompletions = 25;
export const maxCompletionChars = 100;

/** What there is to choose from just now. */
export type CompletionValues = Readonly<Partial<Record<CompletionSource, readonly string[]>>>;

export interface Completion {
  /** The whole text, completed; what stands after `/parley`. */
  readonly text: string;
  /** The word that was completed. */
  readonly word: string;
  /** What it means, where the table says so. */
  readonly help?: string;
}

/** How the last word of what stands after `/parley` may go on, for a person with these rights. */
export function completeCommand(
  table: CommandTable,
  text: string,
  values: CompletionValues,
  rights: Rights,
): readonly Completion[] {
  const [partial = ""] = /\S*$/.exec(text) ?? [];
  const before = text.slice(0, text.length - partial.length);
  const candidates = candidatesFor(table, before, partial, values, rights);
  const found = matching([...candidates.keys()], partial);
  return found.map((word) => {
    const help = candidates.get(word);
    return { text: before.trimStart() + word, word, ...(help !== undefined && { help }) };
  });
}

/** How the value of one parameter may go on. `given` are the command's other parameters, as they are written. */
export function completeValue(
  table: CommandTable,
  { command, parameter, partial, given }: PartialValue,
  values: CompletionValues,
): readonly string[] {
  const parameters = Object.hasOwn(table.commands, command) ? table.commands[command]?.parameters : undefined;
  const value = parameters && Object.hasOwn(parameters, parameter) ? parameters[parameter] : undefined;
  return value === undefined ? [] : matching(valuesOf(table, value, values, given), partial);
}

export interface PartialValue {
  readonly command: string;
  readonly parameter: string;
  readonly partial: string;
  readonly given: ReadonlyMap<string, string>;
}

/** Candidate → its help. */
type Candidates = ReadonlyMap<string, string | undefined>;

function candidatesFor(
  table: CommandTable,
  before: string,
  partial: string,
  values: CompletionValues,
  rights: Rights,
): Candidates {
  const topics = topicsOf(table);
  const [first = "", second = ""] = before.trim().toLowerCase().split(/\s+/);
  const group = topics.get(first);
  if (first === "") return firstWords(table, rights);
  if (group === undefined) return new Map();
  if (Object.hasOwn(table.groups, group) && second === "") {
    const commands = commandsOf(table, group).filter(([, command]) => isFor(command, rights));
    return new Map(commands.map(([name, { help }]) => [lastWordOf(name), help]));
  }
  const name = Object.hasOwn(table.groups, group) ? topics.get(`${group} ${second}`) : group;
  const command = name === undefined ? undefined : table.commands[name];
  if (command === undefined || !isFor(command, rights)) return new Map();
  const written = before.trimStart().replace(name === group ? /^\S+\s*/ : /^\S+\s+\S+\s*/, "");
  return parameterCandidates(table, command, written, partial, values);
}

function firstWords(table: CommandTable, rights: Rights): Candidates {
  const allowed = (group?: string) =>
    commandsOf(table, group).filter(([, command]) => isFor(command, rights));
  const groups = Object.entries(table.groups).filter(([group]) => allowed(group).length > 0);
  return new Map([...allowed(), ...groups].map(([name, { help }]) => [name, help]));
}

function parameterCandidates(
  table: CommandTable,
  command: Command,
  written: string,
  partial: string,
  values: CompletionValues,
): Candidates {
  const { raws, extra } = assignPieces(command, written);
  const parameters = Object.entries(command.parameters);
  const none = new Map<string, string | undefined>();
  if (extra !== "") return none;
  const of = (value: Value, prefix = "") =>
    new Map(valuesOf(table, value, values, raws).map((each) => [prefix + each, undefined]));

  // A keyword or a key that still waits for its value.
  const waiting = parameters.find(([name]) => raws.get(name) === "");
  if (waiting !== undefined) return of(waiting[1]);
  const keyed = parameters.find(([name]) => partial.toLowerCase().startsWith(`${name}:`) && !raws.has(name));
  if (keyed !== undefined) return of(keyed[1], partial.slice(0, keyed[0].length + 1));

  const free = parameters.filter(([name]) => !raws.has(name));
  const next = free.find(([, { keyword }]) => !keyword);
  if (next !== undefined) return of(next[1]);
  return new Map(free.map(([name, { help }]) => [name, help]));
}

function valuesOf(
  table: CommandTable,
  value: Value,
  values: CompletionValues,
  given: ReadonlyMap<string, string>,
): readonly string[] {
  switch (value.kind) {
    case "choice":
      return value.choices;
    case "boolean":
      return ["yes", "no"];
    case "persona":
    case "model":
      return values[value.kind] ?? [];
    case "spender":
      return ["workspace", ...(values.persona ?? [])];
    case "topic":
      return [...Object.keys(table.groups), ...Object.keys(table.commands)];
    case "setting": {
      const setting = (given.get(value.of) ?? "").toLowerCase();
      const of = Object.hasOwn(value.values, setting) ? value.values[setting] : undefined;
      return of === undefined ? [] : [...(of.kind === "choice" ? of.choices : []), defaultSetting];
    }
    default:
      return [];
  }
}

function isFor(command: Command, rights: Rights): boolean {
  return mayRun(command, rights).kind === "allowed";
}

/** Those that begin with what is written, then those that have it somewhere else. */
function matching(candidates: readonly string[], partial: string): readonly string[] {
  const sought = partial.trim().toLowerCase();
  // One that is too long can't be cut, as it would be another value then.
  const fitting = [...new Set(candidates)].filter((each) => each !== "" && each.length <= maxCompletionChars);
  const beginning = fitting.filter((each) => each.toLowerCase().startsWith(sought));
  const containing = fitting.filter((each) => each.toLowerCase().indexOf(sought) > 0);
  return [...beginning, ...containing].slice(0, maxCompletions);
}
