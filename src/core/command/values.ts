import { formatExactAmount, readAmount } from "../amount.ts";
import { formatSpender, readSpender } from "./spender.ts";
import { withoutMentionIds } from "../mentions.ts";
import { piecesOf, quote } from "./pieces.ts";
import { defaultSetting } from "./shape.ts";
import type { CommandTable, SettingValue, Value } from "./shape.ts";
import { groupOf } from "./table.ts";

/** The longest value but for a text. */
export const maxWordChars = 200;

/** Kinds that take the rest of the line as it stands, quotes and all; the others take one piece. */
export function takesRest({ kind }: Value): boolean {
  return kind === "text" || kind === "words" || kind === "setting" || kind === "topic";
}

/**
 * What is written for a parameter, as its handler receives it; `undefined` when it is not allowed. `setting` names what is
 * to be set, for a value that depends on it.
 */
export function readValue(table: CommandTable, value: Value, written: string, setting = ""): unknown {
  // Who isn't meant by id is meant by name: ids are nothing that people, or models, read.
  const isById = value.kind === "person" || value.kind === "channel" || value.kind === "spender";
  const raw = isById ? written : withoutMentionIds(written);
  switch (value.kind) {
    case "text":
      return raw.trim() || undefined;
    case "word":
      return isWord(raw.trim()) ? raw.trim() : undefined;
    case "model":
      return /^\S+$/.test(raw.trim()) && isWord(raw.trim()) ? raw.trim() : undefined;
    case "persona":
      return /^[a-z0-9][a-z0-9-]{0,39}$/.exec(raw.trim().toLowerCase().replaceAll(/\s+/g, "-"))?.[0];
    case "words":
      return readWords(raw, value.max);
    case "integer":
    case "number":
      return readNumber(raw, value);
    case "choice":
      return value.choices.find((choice) => choice.toLowerCase() === raw.trim().toLowerCase());
    case "boolean":
      return readBoolean(raw.trim().toLowerCase());
    case "duration":
      return readDuration(raw.trim().toLowerCase());
    case "person":
      return /^<@!?([^\s<>|]+)(?:\|[^<>]*)?>$/.exec(raw.trim())?.[1];
    case "channel":
      return /^<#([^\s<>|]+)(?:\|[^<>]*)?>$/.exec(raw.trim())?.[1];
    case "amount":
      return readAmount(raw);
    case "spender": {
      const spender = readSpender(raw);
      return spender && formatSpender(spender);
    }
    case "topic":
      return readTopic(table, raw);
    case "setting":
      return readSetting(table, value.values[setting], raw);
    default:
      return value satisfies never;
  }
}

/** Writes a value so that it is read as the same again. */
export function formatValue(value: Value, read: unknown): string {
  switch (value.kind) {
    case "text":
    case "topic":
    case "spender":
      return String(read);
    case "amount":
      return formatExactAmount(read as number);
    case "person":
      return `<@${String(read)}>`;
    case "channel":
      return `<#${String(read)}>`;
    case "boolean":
      return read === true ? "yes" : "no";
    case "duration":
      return formatDuration(read as number);
    case "setting":
      if (read === defaultSetting) return defaultSetting;
      return Array.isArray(read) ? formatWords(read) : String(read);
    case "words":
      return formatWords(read as readonly string[]);
    default:
      return quote(String(read));
  }
}

/** Groups and commands by every name under which they are known. */
export function topicsOf(table: CommandTable): ReadonlyMap<string, string> {
  const topics = new Map<string, string>();
  for (const [group, { aliases = [] }] of Object.entries(table.groups))
    for (const name of [group, ...aliases]) topics.set(name, group);
  for (const [command, { aliases = [] }] of Object.entries(table.commands)) {
    const group = groupOf(command);
    const prefixes = group === undefined ? [""] : [group, ...(table.groups[group]?.aliases ?? [])];
    const lastWords = [lastWordOf(command), ...aliases];
    for (const prefix of prefixes)
      for (const word of lastWords) topics.set(prefix === "" ? word : `${prefix} ${word}`, command);
  }
  return topics;
}

/** `use` of `persona use`. */
export function lastWordOf(command: string): string {
  return command.slice(command.indexOf(" ") + 1);
}

function readSetting(table: CommandTable, value: SettingValue | undefined, raw: string): unknown {
  if (value === undefined) return undefined;
  if (raw.trim().toLowerCase() === defaultSetting) return defaultSetting;
  if (value.kind === "words") return readWords(raw, value.max);
  const [piece, ...more] = piecesOf(raw, 2);
  return piece && more.length === 0 ? readValue(table, value, piece.text) : undefined;
}

function readTopic(table: CommandTable, raw: string): string | undefined {
  const words = raw
    .trim()
    .toLowerCase()
    .replace(/^\/(?:parley(?:\s+|$))?/, "");
  return topicsOf(table).get(words.replaceAll(/\s+/g, " "));
}

function readWords(raw: string, max: number): readonly string[] | undefined {
  const words = piecesOf(raw, max + 1).map(({ text }) => text);
  return words.length > 0 && words.length <= max && words.every(isWord) ? words : undefined;
}

function isWord(text: string): boolean {
  return text !== "" && text.length <= maxWordChars;
}

function formatWords(words: readonly string[]): string {
  // Alone and without quotes it would mean the reset, and before a colon a key.
  const quoted = words.map((word) => (word === defaultSetting ? `"${word}"` : quote(word)));
  return quoted.join(" ");
}

function readNumber(
  raw: string,
  { kind, min, max }: { readonly kind: string; readonly min: number; readonly max: number },
): number | undefined {
  const text = raw.trim().replace(/^[−–]/, "-");
  const form =
    kind === "integer" ? /^[+-]?\d{1,15}$/ : /^[+-]?(?:\d{1,15}(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;
  // Adding zero makes 0 of −0.
  const number = Number(text) + 0;
  return form.test(text) && number >= min && number <= max ? number : undefined;
}

function readBoolean(text: string): boolean | undefined {
  if (["yes", "true", "on"].includes(text)) return true;
  return ["no", "false", "off"].includes(text) ? false : undefined;
}

const unitMs = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
const maxDurationMs = 3_650 * unitMs.d;

function readDuration(text: string): number | undefined {
  if (!/^(?:\d{1,9}[wdhms])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)([wdhms])/g)];
  const sum = parts.reduce(
    (ms, [, count, unit]) => ms + Number(count) * unitMs[unit as keyof typeof unitMs],
    0,
  );
  return sum > 0 && sum <= maxDurationMs ? sum : undefined;
}

function formatDuration(ms: number): string {
  let rest = ms;
  return Object.entries(unitMs)
    .map(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count === 0 ? "" : `${count}${unit}`;
    })
    .join("");
}
