import { ApplicationCommandOptionType as OptionType, ApplicationCommandType } from "discord-api-types/v10";
import { z } from "zod";

import { completeValue } from "../../core/command/complete.ts";
import type { CompletionValues } from "../../core/command/complete.ts";
import { commandsOnMessages, readOnMessage } from "../../core/command/on-message.ts";
import { readArguments, readCommand } from "../../core/command/parse.ts";
import type { CommandReading } from "../../core/command/parse.ts";
import type { CommandTable } from "../../core/command/shape.ts";
import type { MessageId } from "../../core/ids.ts";
import { AttachmentPayload, Snowflake } from "./schema.ts";

/** Source: developers/interactions/receiving-and-responding, Application Command Interaction Data Option. */
const Option = z.object({
  name: z.string(),
  type: z.enum(OptionType),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  focused: z.boolean().optional(),
});
type Option = z.infer<typeof Option>;

const Subcommand = Option.extend({ options: z.array(Option).default([]) });

const CommandData = z.object({
  name: z.literal("parley"),
  options: z.array(Option.extend({ options: z.array(Subcommand).default([]) })).default([]),
  resolved: z
    .object({ attachments: z.record(Snowflake, AttachmentPayload).default({}) })
    .default({ attachments: {} }),
});
type CommandData = z.infer<typeof CommandData>;

/** A command from a message's menu. */
const MessageCommandData = z.object({
  type: z.literal(ApplicationCommandType.Message),
  name: z.string(),
  target_id: Snowflake,
});

export interface DiscordCommand {
  readonly reading: CommandReading;
  readonly about?: MessageId;
  readonly files: readonly AttachmentPayload[];
}

/** A command as the data of an interaction gives it; `undefined` when it isn't Parley's. Never throws. */
export function readDiscordCommand(table: CommandTable, payload: unknown): DiscordCommand | undefined {
  const onMessage = MessageCommandData.safeParse(payload);
  if (onMessage.success) return readMessageCommand(table, onMessage.data);
  const { data } = CommandData.safeParse(payload);
  if (data === undefined) return undefined;
  const { command, options } = chosen(data);
  const files = options.flatMap(({ type, value }) =>
    type === OptionType.Attachment ? (data.resolved.attachments[String(value)] ?? []) : [],
  );
  // Registered by another version of Parley: what it is not, a text says as well.
  const reading = Object.hasOwn(table.commands, command)
    ? readArguments(table, command, writtenValues(options))
    : readCommand(table, command);
  return { reading, files };
}

function readMessageCommand(
  table: CommandTable,
  { name: label, target_id: target }: z.infer<typeof MessageCommandData>,
): DiscordCommand | undefined {
  const found = commandsOnMessages(table).find((each) => each.label === label);
  const reading = found && readOnMessage(table, found.name);
  return reading && { reading, files: [], about: target as MessageId };
}

/** What Discord offers for the option that somebody is typing in. */
export function completeDiscordOption(
  table: CommandTable,
  payload: unknown,
  values: CompletionValues,
): readonly { readonly name: string; readonly value: string }[] {
  const { data } = CommandData.safeParse(payload);
  const { command, options } = data === undefined ? nothing : chosen(data);
  const focused = options.find((option) => option.focused);
  if (focused === undefined) return [];
  const given = writtenValues(options.filter((option) => option !== focused));
  const partial = String(focused.value ?? "");
  const found = completeValue(table, { command, parameter: focused.name, partial, given }, values);
  return found.map((value) => ({ name: value, value }));
}

interface Chosen {
  readonly command: string;
  readonly options: readonly Option[];
}

const nothing: Chosen = { command: "", options: [] };

function chosen({ options: [first] }: CommandData): Chosen {
  if (first === undefined) return nothing;
  if (first.type !== OptionType.SubcommandGroup) return { command: first.name, options: first.options };
  const [second] = first.options;
  return { command: `${first.name} ${second?.name ?? ""}`.trimEnd(), options: second?.options ?? [] };
}

/** Option → its value as it would be written in a text. */
function writtenValues(options: readonly Option[]): ReadonlyMap<string, string> {
  return new Map(
    options.flatMap(({ name, type, value }) => (value === undefined ? [] : [[name, written(type, value)]])),
  );
}

function written(type: OptionType, value: string | number | boolean): string {
  switch (type) {
    case OptionType.User:
      return `<@${value}>`;
    case OptionType.Channel:
      return `<#${value}>`;
    default:
      return String(value);
  }
}
