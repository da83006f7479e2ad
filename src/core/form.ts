import { joinKey } from "./ids.ts";
import type { MessageId } from "./ids.ts";

/** A form that a command opens, as data: a modal of Slack's or Discord's, a dialog of the playground's. */
export interface Form {
  readonly key: FormKey;
  /** At most 24 characters, as in Slack. */
  readonly title: string;
  /** What its button says; at most 24 characters. */
  readonly submit: string;
  readonly fields: readonly FormField[];
}

export type FormField = {
  readonly name: string;
  /** At most 45 characters, as in Discord. */
  readonly label: string;
  /** At most 100 characters, as in Discord. */
  readonly help?: string;
  readonly optional?: true;
} & (
  | {
      readonly kind: "text";
      readonly isLong: boolean;
      readonly maxChars: number;
      readonly initial?: string;
      /** At most 100 characters, as in Discord. */
      readonly placeholder?: string;
    }
  | { readonly kind: "choice"; readonly choices: readonly FormChoice[]; readonly initial?: string }
  /** None, some or all of them. */
  | { readonly kind: "choices"; readonly choices: readonly FormChoice[]; readonly initial: readonly string[] }
);

export interface FormChoice {
  readonly value: string;
  /** At most 75 characters, as in Slack. */
  readonly label: string;
  /** Choices of one group stand together. */
  readonly group?: string;
}

/** How much a platform's forms hold. */
export interface FormLimits {
  readonly maxFields: number;
  /** Of one text. */
  readonly maxTextChars: number;
}

/** Field → what stands in it; what was chosen of several is joined by commas. */
export type FormValues = Readonly<Record<string, string>>;

/** What was filled into a form. */
export interface FilledForm {
  readonly values: FormValues;
  /** Of what is changed in it, as it was when the form opened. */
  readonly version?: number;
}

/** What a form is for. It comes back with what was filled in, by way of somebody's own client: nothing in it is a right. */
export interface FormKey {
  /** What stands after `/parley`. */
  readonly command: string;
  readonly version?: number;
  /** The message whose menu the command was given on. */
  readonly about?: MessageId;
}

/** At most 100 characters, which is what Discord takes for the id of a form. */
export function writeFormKey({ command, version, about }: FormKey): string {
  return joinKey("form", command, version === undefined ? "" : String(version), about ?? "");
}

const keyForm = /^form\/([^/]{1,200})\/(\d{0,9})\/([\w.-]{0,64})$/;

/** `undefined` for what was no form's key. */
export function readFormKey(written: string): FormKey | undefined {
  const [, command, version, about] = keyForm.exec(written) ?? [];
  if (command === undefined) return undefined;
  try {
    return {
      command: decodeURIComponent(command),
      ...(version && { version: Number(version) }),
      ...(about && { about: about as MessageId }),
    };
  } catch {
    return undefined;
  }
}
