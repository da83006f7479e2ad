import {
  ApplicationCommandOptionType as OptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord-api-types/v10";
import type {
  APIApplicationCommandBasicOption,
  APIApplicationCommandSubcommandOption,
  RESTPostAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";

import { commandsOnMessages } from "../../core/command/on-message.ts";
import type { Command, CommandTable, Parameter } from "../../core/command/shape.ts";
import { commandsOf } from "../../core/command/table.ts";
import { lastWordOf, maxWordChars } from "../../core/command/values.ts";

// Limits: developers/interactions/application-commands, Application Command Object.
/** Discord takes 25; but all texts of a command may have 8,000 characters together, and these would count for each use. */
const maxListed = 6;
const maxTextChars = 6_000;

/**
 * What is registered with Discord: `/parley`, with a group of subcommands for each group of the table. Who may run what is
 * checked when it is run, as Discord has permissions for whole commands only. What can be given on a message stands in its
 * menu under Apps.
 */
export function createDiscordCommands(
  table: CommandTable,
): readonly RESTPostAPIApplicationCommandsJSONBody[] {
  const general = commandsOf(table, undefined).map(([name, command]) => subcommand(name, command));
  const groups = Object.entries(table.groups).map(([group, { help }]) => ({
    type: OptionType.SubcommandGroup as const,
    name: group,
    description: help,
    options: commandsOf(table, group).map(([name, command]) => subcommand(lastWordOf(name), command)),
  }));
  const everywhere = {
    integration_types: [ApplicationIntegrationType.GuildInstall],
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
  };
  return [
    {
      type: ApplicationCommandType.ChatInput,
      name: "parley",
      description: "Ask privately, and steer Parley",
      ...everywhere,
      options: [...general, ...groups],
    },
    ...commandsOnMessages(table).map(({ label }) => ({
      type: ApplicationCommandType.Message as const,
      name: label,
      ...everywhere,
    })),
  ];
}

function subcommand(
  name: string,
  { help, parameters, file }: Command,
): APIApplicationCommandSubcommandOption {
  const options = Object.entries(parameters).map(([parameter, about]) => optionOf(parameter, about));
  const attachment: readonly APIApplicationCommandBasicOption[] =
    file === undefined
      ? []
      : [{ type: OptionType.Attachment, name: file.name, description: file.help, required: true }];
  const all = [...options, ...attachment];
  // Discord takes required options only before the others.
  const sorted = all.toSorted((a, b) => Number(b.required === true) - Number(a.required === true));
  return { type: OptionType.Subcommand, name, description: help, options: sorted };
}

function optionOf(name: string, parameter: Parameter): APIApplicationCommandBasicOption {
  const base = { name, description: parameter.help, required: !parameter.optional };
  switch (parameter.kind) {
    case "text":
    case "words":
      return { ...base, type: OptionType.String, min_length: 1, max_length: maxTextChars };
    case "word":
    case "duration":
    case "amount":
      return { ...base, type: OptionType.String, min_length: 1, max_length: maxWordChars };
    case "persona":
    case "model":
    case "topic":
    case "spender":
    case "setting":
      return {
        ...base,
        type: OptionType.String,
        min_length: 1,
        max_length: maxWordChars,
        autocomplete: true,
      };
    case "choice":
      return parameter.choices.length > maxListed
        ? { ...base, type: OptionType.String, autocomplete: true }
        : {
            ...base,
            type: OptionType.String,
            choices: parameter.choices.map((choice) => ({ name: choice, value: choice })),
          };
    case "integer":
      return { ...base, type: OptionType.Integer, min_value: parameter.min, max_value: parameter.max };
    case "number":
      return { ...base, type: OptionType.Number, min_value: parameter.min, max_value: parameter.max };
    case "boolean":
      return { ...base, type: OptionType.Boolean };
    case "person":
      return { ...base, type: OptionType.User };
    case "channel":
      return { ...base, type: OptionType.Channel };
    default:
      return parameter satisfies never;
  }
}
