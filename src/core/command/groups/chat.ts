import type { ChatParameters } from "../../ports.ts";
import { defaultSetting } from "../shape.ts";
import type { ArgumentsOf, Command, CommandGroup, SettingValue } from "../shape.ts";

export const chatGroup = {
  help: "This conversation, and how Parley takes part in this channel",
} as const satisfies CommandGroup;

const chatSettings = {
  temperature: { kind: "number", min: 0, max: 2 },
  top_p: { kind: "number", min: 0.01, max: 1 },
  max_tokens: { kind: "integer", min: 1, max: 1_000_000 },
  frequency_penalty: { kind: "number", min: -2, max: 2 },
  presence_penalty: { kind: "number", min: -2, max: 2 },
  stop: { kind: "words", max: 4 },
  reasoning_effort: { kind: "choice", choices: ["none", "minimal", "low", "medium", "high"] },
  verbosity: { kind: "choice", choices: ["low", "medium", "high"] },
} as const satisfies Readonly<Record<string, SettingValue>>;

type ChatSetting = keyof typeof chatSettings;
const settingNames = Object.keys(chatSettings) as readonly ChatSetting[];

/** What is set by each name. */
export const parameterOf = {
  temperature: "temperature",
  top_p: "topP",
  max_tokens: "maxTokens",
  frequency_penalty: "frequencyPenalty",
  presence_penalty: "presencePenalty",
  stop: "stop",
  reasoning_effort: "reasoningEffort",
  verbosity: "verbosity",
} as const satisfies Readonly<Record<ChatSetting, keyof ChatParameters>>;

export const chatCommands = {
  "chat info": {
    help: "Show this conversation's persona, model, settings and length",
    who: "everyone",
    answer: "private",
    parameters: {},
    examples: ["chat info"],
  },
  "chat reset": {
    help: "Begin anew: Parley forgets what was said in this conversation",
    who: "everyone",
    answer: "public",
    parameters: {},
    aliases: ["clear"],
    examples: ["chat reset"],
  },
  "chat export": {
    help: "Get this conversation as a file",
    who: "everyone",
    answer: "private",
    parameters: {
      format: {
        kind: "choice",
        choices: ["markdown", "json"],
        help: "The kind of file; Markdown when left out",
        optional: true,
      },
    },
    examples: ["chat export", "chat export json"],
  },
  "chat mode": {
    help: "Say when Parley answers in this channel",
    who: "channelManager",
    answer: "public",
    parameters: {
      mode: {
        kind: "choice",
        choices: ["mention", "always", "off"],
        help: "When it is mentioned and in its threads, to every message, or never",
      },
    },
    examples: ["chat mode always"],
  },
  "chat model": {
    help: "Choose the model that answers in this channel",
    who: "channelManager",
    answer: "public",
    parameters: { name: { kind: "model", help: "The model's name; default goes back to the persona's own" } },
    examples: ["chat model gpt-6-luna", "chat model default"],
  },
  "chat set": {
    help: "Set how the model is asked in this channel",
    who: "channelManager",
    answer: "public",
    parameters: {
      parameter: {
        kind: "choice",
        choices: settingNames,
        help: "What to set",
      },
      value: {
        kind: "setting",
        of: "parameter",
        values: chatSettings,
        help: "Its value; default goes back to the persona's own",
      },
    },
    examples: ["chat set temperature 0.3", 'chat set stop END "the end"', "chat set verbosity default"],
  },
} as const satisfies Readonly<Record<string, Command>>;

/** What is set for a channel after `chat set`. */
export function changeParameters(
  parameters: Partial<ChatParameters>,
  { parameter, value }: ArgumentsOf<(typeof chatCommands)["chat set"]["parameters"]>,
): Partial<ChatParameters> {
  const key = parameterOf[parameter];
  const { [key]: _before, ...rest } = parameters;
  return value === defaultSetting ? rest : { ...rest, [key]: value };
}
