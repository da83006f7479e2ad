import type { Button } from "./platform.ts";
import type { Words } from "./words/en.ts";

/**
 * What buttons do. Another one is a name here, its word in `words.actions.labels`, and a handler in
 * handlers/presses/offered.ts.
 */
const looks = {
  stop: {},
  regenerate: {},
  continue: { style: "primary" },
  good: {},
  bad: {},
  removeAnswer: { style: "danger" },
  share: { style: "primary" },
  allowOnce: { style: "primary" },
  keepBlocked: {},
  pausePerson: { style: "danger" },
  liftPause: {},
  showText: {},
  showPolicy: {},
  notHelpful: {},
} as const satisfies Record<string, Pick<Button, "style">>;

export type ActionName = keyof typeof looks;

/** What a button asks for; the argument is an id, and may be forged as all of it. */
export interface Action {
  readonly name: ActionName;
  readonly argument?: string;
}

/** With its name an action stays within the 100 characters of a Discord custom id. */
const written = /^([a-z]+)(?::([\w.-]{1,64}))?$/i;

/** As it goes to a platform and comes back from there. */
export function writeAction({ name, argument }: Action): string {
  return argument === undefined ? name : `${name}:${argument}`;
}

/** What came back from a platform; nothing where no button of Parley's says so. */
export function readAction(text: string): Action | undefined {
  const [, name = "", argument] = written.exec(text) ?? [];
  if (!Object.hasOwn(looks, name)) return undefined;
  return { name: name as ActionName, ...(argument !== undefined && { argument }) };
}

export function buttonFor(action: Action, words: Words): Button {
  return { action: writeAction(action), label: words.actions.labels[action.name], ...looks[action.name] };
}
