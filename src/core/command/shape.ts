import type { ChannelId, PersonId } from "../ids.ts";

// What the command table is made of. Names are small letters, digits, `_` and `-`; help is one line of at most 100
// characters without a full stop, which is what Discord takes.

export interface CommandTable {
  /** By name. A command of one word stands in no group. */
  readonly groups: Readonly<Record<string, CommandGroup>>;
  /** By what is written: `ask`, `persona use`. */
  readonly commands: Readonly<Record<string, Command>>;
}

export interface CommandGroup {
  readonly help: string;
  readonly aliases?: readonly string[];
}

export interface Command {
  readonly help: string;
  readonly who: Who;
  /** Who sees the answer: the person who asked, or everybody there. What went wrong is always said privately. */
  readonly answer: "private" | "public";
  /** In the order in which they are written. A command has one `text` or `setting` at most, and it comes last. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The command works on a file: one sent along with the text, or an option of its own where the platform has such. */
  readonly file?: { readonly name: string; readonly help: string };
  /** The command can also be given from a message's menu, and is about that message then. */
  readonly onMessage?: OnMessage;
  /** Other names for the last word. */
  readonly aliases?: readonly string[];
  /** What is written after `/parley`. */
  readonly examples: readonly string[];
}

export interface OnMessage {
  /** What the menu calls it; at most 24 characters, as in Slack. */
  readonly label: string;
  /** The parameter that a form asks for first, and its value where nothing is written there. */
  readonly asks?: { readonly parameter: string; readonly otherwise: string };
}

/** `channelManager`: whoever may manage the channel on its platform; admins may everything. */
export type Who = "everyone" | "channelManager" | "admin";

export type Parameter = Value & {
  readonly help: string;
  readonly optional?: true;
  /** Its name is written before it: `for channel`. */
  readonly keyword?: true;
};

export type Value =
  /** The rest of the line as it stands. */
  | { readonly kind: "text" }
  | { readonly kind: "word" }
  | { readonly kind: "words"; readonly max: number }
  | { readonly kind: "integer" | "number"; readonly min: number; readonly max: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "boolean" }
  /** `90s`, `15m`, `2h`, `7d`; read as milliseconds. */
  | { readonly kind: "duration" }
  | { readonly kind: "person" | "channel" }
  /** Money: `$5`, `0.50`; read as micro-USD. */
  | { readonly kind: "amount" }
  /** Whose money: `@somebody`, `#channel`, a persona, `workspace`; read as it is written once more (spender.ts). */
  | { readonly kind: "spender" }
  /** Completed from what the platform hands in; whether there is such a one is the handler's to find out. */
  | { readonly kind: CompletionSource }
  /** A group or a command of the table. */
  | { readonly kind: "topic" }
  /** What is allowed depends on another parameter, which is a choice; `default` resets. */
  | {
      readonly kind: "setting";
      readonly of: string;
      readonly values: Readonly<Record<string, SettingValue>>;
    };

/** What `chat set` and the like can set. */
export type SettingValue = Extract<Value, { readonly kind: "integer" | "number" | "choice" | "words" }>;

export type CompletionSource = "persona" | "model";

/** The reset of a setting. */
export const defaultSetting = "default";

/** What a handler receives for a parameter. */
export type ValueOf<V> = V extends { readonly kind: "integer" | "number" | "duration" | "amount" }
  ? number
  : V extends { readonly kind: "boolean" }
    ? boolean
    : V extends { readonly kind: "choice"; readonly choices: readonly (infer Choice)[] }
      ? Choice
      : V extends { readonly kind: "words" }
        ? readonly string[]
        : V extends { readonly kind: "person" }
          ? PersonId
          : V extends { readonly kind: "channel" }
            ? ChannelId
            : V extends { readonly kind: "setting"; readonly values: infer Values }
              ? ValueOf<Values[keyof Values]> | typeof defaultSetting
              : string;

/** What a handler receives for all of them; what is optional may be left out. */
export type ArgumentsOf<Parameters> = {
  readonly [Name in keyof Parameters as IsOptional<Parameters[Name]> extends true ? never : Name]: ValueOf<
    Parameters[Name]
  >;
} & {
  readonly [Name in keyof Parameters as IsOptional<Parameters[Name]> extends true ? Name : never]?: ValueOf<
    Parameters[Name]
  >;
};

type IsOptional<P> = P extends { readonly optional: true } ? true : false;
