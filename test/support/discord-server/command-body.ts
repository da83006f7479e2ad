import { createFormErrors } from "./discord-error.ts";
import type { FormErrors } from "./discord-error.ts";

// The rules of developers/interactions/application-commands.

const namePattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const maxCommands = 100;
const maxOptions = 25;
const maxChoices = 25;
const maxTextChars = 8_000;
const chatInput = 1;
const subcommand = 1;
const subcommandGroup = 2;
const lastOptionType = 11;

export interface CommandOption {
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly autocomplete?: boolean;
  readonly choices?: readonly { readonly name: string; readonly value: string | number }[];
  readonly options?: readonly CommandOption[];
}

export interface Command {
  readonly name: string;
  readonly type?: number;
  readonly description?: string;
  readonly options?: readonly CommandOption[];
  readonly default_member_permissions?: string | null;
}

/** The whole list that replaces an app's commands. @throws DiscordError 50035 */
export function readCommands(value: unknown): readonly Command[] {
  const errors = createFormErrors();
  if (!Array.isArray(value)) {
    errors.add("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
    errors.throwIfAny();
  }
  const commands = value as Command[];
  const slash = commands.filter((command) => (command.type ?? chatInput) === chatInput);
  if (slash.length > maxCommands) {
    errors.add("", "BASE_TYPE_MAX_LENGTH", `Must be ${maxCommands} or fewer in length.`);
  }
  checkUnique(
    errors,
    "",
    commands,
    "APPLICATION_COMMANDS_DUPLICATE_NAME",
    "Application command names must be unique",
  );
  for (const [index, command] of commands.entries()) {
    const at = String(index);
    if ((command.type ?? chatInput) === chatInput) {
      checkName(errors, at, command.name);
      checkLength(errors, `${at}.description`, command.description, 1, 100);
      checkOptions(errors, at, command.options ?? [], 0);
    } else {
      checkLength(errors, `${at}.name`, command.name, 1, 32);
      if (command.description || (command.options ?? []).length > 0)
        errors.add(
          at,
          "APPLICATION_COMMAND_INVALID",
          "Only chat input commands have descriptions and options",
        );
    }
    const { default_member_permissions: permissions } = command;
    if (typeof permissions === "string" && !/^\d+$/.test(permissions)) {
      errors.add(
        `${at}.default_member_permissions`,
        "BITFIELD_TYPE_CONVERT",
        `Value "${permissions}" is not a bitfield.`,
      );
    }
    if (textChars(command) > maxTextChars) {
      const message = `Command exceeds maximum size (${maxTextChars})`;
      errors.add(at, "APPLICATION_COMMAND_TOO_LARGE", message);
    }
  }
  errors.throwIfAny();
  return commands;
}

function checkName(errors: FormErrors, at: string, name: unknown): void {
  checkLength(errors, `${at}.name`, name, 1, 32);
  if (typeof name !== "string" || (namePattern.test(name) && name === name.toLowerCase())) return;
  errors.add(`${at}.name`, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
}

function checkLength(errors: FormErrors, path: string, text: unknown, min: number, max: number): void {
  if (typeof text !== "string") return errors.add(path, "BASE_TYPE_REQUIRED", "This field is required");
  if (text.length >= min && text.length <= max) return;
  errors.add(path, "BASE_TYPE_BAD_LENGTH", `Must be between ${min} and ${max} in length.`);
}

function checkUnique(
  errors: FormErrors,
  path: string,
  named: readonly { readonly name: string; readonly type?: number }[],
  code: string,
  message: string,
): void {
  const names = named.map(
    ({ name, type }) => `${code.includes("OPTIONS") ? "" : (type ?? chatInput)} ${name}`,
  );
  if (new Set(names).size < names.length) errors.add(path, code, message);
}

/** `depth`: options of the command itself are at 0, of a group at 1, of a subcommand at 2. */
function checkOptions(
  errors: FormErrors,
  at: string,
  options: readonly CommandOption[],
  depth: number,
): void {
  const path = `${at}.options`;
  if (options.length > maxOptions) {
    errors.add(path, "BASE_TYPE_MAX_LENGTH", `Must be ${maxOptions} or fewer in length.`);
  }
  checkUnique(
    errors,
    path,
    options,
    "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
    "Option name already exists",
  );
  const nests = (option: CommandOption) => option.type === subcommand || option.type === subcommandGroup;
  if (options.some(nests) && !options.every(nests)) {
    errors.add(
      path,
      "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
      "Sub-command and sub-command group option types are mutually exclusive to all other types",
    );
  }
  let sawOptional = false;
  for (const [index, option] of options.entries()) {
    const here = `${path}.${index}`;
    checkName(errors, here, option.name);
    checkLength(errors, `${here}.description`, option.description, 1, 100);
    const isKnown = Number.isInteger(option.type) && option.type >= 1 && option.type <= lastOptionType;
    const isTooDeep =
      (option.type === subcommandGroup && depth > 0) || (option.type === subcommand && depth > 1);
    if (!isKnown || isTooDeep) {
      errors.add(`${here}.type`, "BASE_TYPE_CHOICES", "Value must be one of the option types allowed here.");
      continue;
    }
    if (option.required && sawOptional) {
      errors.add(
        here,
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        "Required options must be placed before non-required options",
      );
    }
    sawOptional ||= !option.required;
    checkChoices(errors, here, option);
    if (nests(option))
      checkOptions(errors, here, option.options ?? [], option.type === subcommand ? 2 : depth + 1);
  }
}

function checkChoices(errors: FormErrors, at: string, { choices, autocomplete }: CommandOption): void {
  if ((choices?.length ?? 0) > maxChoices) {
    errors.add(`${at}.choices`, "BASE_TYPE_MAX_LENGTH", `Must be ${maxChoices} or fewer in length.`);
  }
  if (choices && autocomplete) {
    errors.add(
      at,
      "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE",
      "Autocomplete and choices are mutually exclusive",
    );
  }
  for (const [index, choice] of (choices ?? []).entries()) {
    checkLength(errors, `${at}.choices.${index}.name`, choice.name, 1, 100);
    if (typeof choice.value === "string")
      checkLength(errors, `${at}.choices.${index}.value`, choice.value, 1, 100);
  }
}

/** Names, descriptions and values together (Slash Commands, 8,000 characters). */
function textChars(command: Command | CommandOption): number {
  const own = (command.name?.length ?? 0) + (command.description?.length ?? 0);
  const choices = "choices" in command ? (command.choices ?? []) : [];
  const ofChoices = choices.reduce((sum, { name, value }) => sum + name.length + String(value).length, 0);
  return (command.options ?? []).reduce((sum, option) => sum + textChars(option), own + ofChoices);
}
