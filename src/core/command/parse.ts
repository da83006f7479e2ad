import { nearestName } from "../nearest.ts";
import { nextPiece } from "./pieces.ts";
import type { Command, CommandTable, Parameter, Value } from "./shape.ts";
import { commandsOf, groupOf } from "./table.ts";
import type { GivenCommand } from "./table.ts";
import { lastWordOf, readValue, takesRest, topicsOf } from "./values.ts";

export type CommandReading =
  | { readonly kind: "command"; readonly command: GivenCommand }
  | { readonly kind: "problem"; readonly problem: CommandProblem };

/** Why a text is no command. What was written is the person's own text; suggestions are whole commands without `/parley`. */
export type CommandProblem =
  | {
      readonly kind: "unknownCommand";
      /** The group of which there is no such command. */
      readonly group?: string;
      readonly written: string;
      readonly suggestions: readonly string[];
    }
  | { readonly kind: "missing"; readonly command: string; readonly parameter: string }
  | {
      readonly kind: "wrongValue";
      readonly command: string;
      readonly parameter: string;
      readonly written: string;
      /** What was to be set, where the parameter is a setting's value. */
      readonly setting?: string;
      readonly allowed: Value;
      readonly nearest?: string;
    }
  | { readonly kind: "tooMuch"; readonly command: string; readonly extra: string };

/**
 * Reads what stands after `/parley`. Nothing at all asks for help, and so does a group without a command. What is no
 * command is never taken for a question. The table is `commandTable` or a part of it; never throws.
 */
export function readCommand(table: CommandTable, text: string): CommandReading {
  const source = text.trim().replace(/^\/parley(?:\s+|$)/i, "");
  const [first, afterFirst] = cutWord(source.replace(/^\//, ""));
  if (first === "") return helpAbout(table);
  const topics = topicsOf(table);
  const topic = topics.get(first);
  if (topic === undefined) return unknown(table, source);
  if (Object.hasOwn(table.commands, topic)) return readParameters(table, topic, afterFirst);
  const [second, afterSecond] = cutWord(afterFirst);
  const command = topics.get(`${topic} ${second}`);
  if (command !== undefined) return readParameters(table, command, afterSecond);
  return second === "" || second === "help" ? helpAbout(table, topic) : unknown(table, source, topic);
}

/**
 * The command in a message to Parley, whose mention is taken away: `/persona use technical`. A text that just begins with
 * a path is no command.
 */
export function readMentionCommand(table: CommandTable, text: string): string | undefined {
  const [, first, rest = ""] = /^\s*\/(\S+)(.*)/s.exec(text) ?? [];
  if (first === undefined) return undefined;
  if (first.toLowerCase() === "parley") return rest.trim();
  return topicsOf(table).has(first.toLowerCase()) ? (first + rest).trim() : undefined;
}

/**
 * Completes a command whose parameters were handed in by name, each as it would be written in a text.
 * `extra` is what was written beyond them.
 */
export function readArguments(
  table: CommandTable,
  command: string,
  raws: ReadonlyMap<string, string>,
  extra = "",
): CommandReading {
  const parameters = Object.entries(table.commands[command]?.parameters ?? {});
  const read: Record<string, unknown> = {};
  for (const [name, parameter] of parameters) {
    const raw = raws.get(name);
    if (raw === undefined && parameter.optional) continue;
    if (!raw?.trim()) return problem({ kind: "missing", command, parameter: name });
    const setting = parameter.kind === "setting" ? String(read[parameter.of]) : undefined;
    const value = readValue(table, parameter, raw, setting);
    if (value === undefined) {
      const where = { command, parameter: name, ...(setting !== undefined && { setting }) };
      return problem(wrongValue(table, where, raw, parameter));
    }
    read[name] = value;
  }
  if (extra !== "") return problem({ kind: "tooMuch", command, extra });
  return { kind: "command", command: { name: command, arguments: read } as unknown as GivenCommand };
}

/** Which parameter each piece of a text belongs to, and what is left over. A key or keyword without a value has none. */
export function assignPieces({ parameters }: Command, source: string): Assigned {
  const raws = new Map<string, string>();
  let offset = 0;
  for (;;) {
    const free = Object.entries(parameters).filter(([name]) => !raws.has(name));
    const keys = free.filter(([, { kind }]) => kind !== "text" && kind !== "topic").map(([name]) => name);
    const piece = nextPiece(source, offset, keys);
    if (piece === undefined) return { raws, extra: "" };
    const keyword = keywordOf(free, piece.isQuoted ? "" : piece.text.toLowerCase());
    const positional = free.filter(([, { keyword }]) => !keyword);
    const [name, parameter] = takerOf(positional, piece.text) ?? [];
    if (piece.key !== undefined) {
      const keyed = parameters[piece.key];
      raws.set(piece.key, keyed && takesRest(keyed) ? piece.source : piece.text);
      offset = piece.end;
    } else if (keyword !== undefined) {
      const value = nextPiece(source, piece.end);
      raws.set(keyword, value?.text ?? "");
      offset = value?.end ?? source.length;
    } else if (name === undefined || parameter === undefined) {
      return { raws, extra: source.slice(piece.start).trimEnd() };
    } else if (takesRest(parameter)) {
      raws.set(name, source.slice(piece.start).trimEnd());
      return { raws, extra: "" };
    } else {
      raws.set(name, piece.text);
      offset = piece.end;
    }
  }
}

interface Assigned {
  readonly raws: ReadonlyMap<string, string>;
  readonly extra: string;
}

/** The first that is left; but where it may be left out and can't be what was written, one that can: `cost report dark`. */
function takerOf(
  positional: readonly (readonly [string, Parameter])[],
  written: string,
): readonly [string, Parameter] | undefined {
  const [first] = positional;
  if (!first?.[1].optional) return first;
  return positional.find(([, parameter]) => readValue(noCommands, parameter, written) !== undefined) ?? first;
}

const noCommands: CommandTable = { groups: {}, commands: {} };

/** Before everything required is there, a keyword is a word like any other: a persona may be called `for`. */
function keywordOf(free: readonly (readonly [string, Parameter])[], word: string): string | undefined {
  if (free.some(([, { optional }]) => !optional)) return undefined;
  return free.find(([name, { keyword }]) => keyword && name === word)?.[0];
}

function readParameters(table: CommandTable, name: string, source: string): CommandReading {
  const command = table.commands[name];
  if (command === undefined) return helpAbout(table);
  const { raws, extra } = assignPieces(command, source);
  return readArguments(table, name, raws, extra);
}

/** The first word, small, and what comes after it. */
function cutWord(source: string): [word: string, rest: string] {
  const [word = ""] = /^\s*\S*/.exec(source) ?? [];
  return [word.trim().toLowerCase(), source.slice(word.length).trimStart()];
}

function helpAbout(table: CommandTable, topic?: string): CommandReading {
  if (!Object.hasOwn(table.commands, "help"))
    return problem({ kind: "unknownCommand", written: topic ?? "", suggestions: [] });
  return readArguments(table, "help", new Map(topic === undefined ? [] : [["group", topic]]));
}

function unknown(table: CommandTable, source: string, group?: string): CommandReading {
  const [first, afterFirst] = cutWord(source);
  const [written, rest] = group === undefined ? [first, afterFirst] : cutWord(afterFirst);
  const commands = group === undefined ? [] : commandsOf(table, group).map(([name]) => name);
  const names = [...topicsOf(table)].filter(([name, topic]) =>
    group === undefined ? !name.includes(" ") : commands.includes(topic) && name.startsWith(`${group} `),
  );
  const nearest = nearestName(
    written,
    names.map(([name]) => lastWordOf(name)),
  );
  const meant = names.find(([name]) => lastWordOf(name) === nearest)?.[1];
  // `/parley use technical`: the group was left out, or is another one.
  const elsewhere = Object.keys(table.commands).filter(
    (name) => groupOf(name) !== undefined && lastWordOf(name) === written,
  );
  const begins = [...(meant === undefined ? [] : [meant]), ...elsewhere];
  const suggestions = begins.map((begin) => `${begin} ${rest}`.trimEnd());
  const mayBeQuestion = group === undefined || (rest !== "" && meant === undefined);
  if (mayBeQuestion && Object.hasOwn(table.commands, "ask")) suggestions.push(`ask ${source}`);
  return problem({ kind: "unknownCommand", ...(group !== undefined && { group }), written, suggestions });
}

type WrongValue = Extract<CommandProblem, { readonly kind: "wrongValue" }>;

function wrongValue(
  table: CommandTable,
  where: Pick<WrongValue, "command" | "parameter" | "setting">,
  written: string,
  parameter: Value,
): WrongValue {
  const allowed =
    parameter.kind === "setting" ? (parameter.values[where.setting ?? ""] ?? parameter) : parameter;
  const known =
    allowed.kind === "choice" ? allowed.choices : allowed.kind === "topic" ? [...topicsOf(table).keys()] : [];
  const nearest = nearestName(written, known);
  return { kind: "wrongValue", ...where, written, allowed, ...(nearest !== undefined && { nearest }) };
}

function problem(problem: CommandProblem): CommandReading {
  return { kind: "problem", problem };
}
