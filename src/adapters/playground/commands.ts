import type { WorkspacePlace } from "../../core/channel-settings.ts";
import { completeCommand } from "../../core/command/complete.ts";
import type { Completion, CompletionValues } from "../../core/command/complete.ts";
import { commandsOnMessages, readOnMessage } from "../../core/command/on-message.ts";
import { readCommand } from "../../core/command/parse.ts";
import { readForm } from "../../core/command/read-form.ts";
import type { CommandTable } from "../../core/command/shape.ts";
import type { CommandGiven } from "../../core/event.ts";
import { readFormKey } from "../../core/form.ts";
import type { Form, FormLimits, FormValues } from "../../core/form.ts";
import type { PersonId, ThreadId } from "../../core/ids.ts";
import type { Forms } from "../../core/command/forms.ts";
import type { Now } from "../../core/ports.ts";
import { messageId } from "./messages.ts";
import type { PlaygroundMessage } from "./messages.ts";
import { commandFrom, placeOf } from "./parse.ts";
import { refuse } from "./request.ts";
import { rightsOf, workspaceId } from "./workspace.ts";
import type { Channel, Member } from "./workspace.ts";

/** A page has room for whatever a persona may say. */
export const formLimits: FormLimits = { maxFields: 100, maxTextChars: 20_000 };

/** What people do with commands. Given again under the same client id it is the same command. */
export interface Commands {
  /** `written` is what stands after `/parley`. Answers the form that it opens; without one it was taken in. @throws AppError */
  give(
    author: PersonId,
    channel: Channel,
    draft: { readonly clientId: string; readonly written: string; readonly thread?: ThreadId },
  ): Promise<Form | undefined>;
  /** From a message's menu. */
  giveOn(
    message: PlaygroundMessage,
    author: PersonId,
    channel: Channel,
    draft: { readonly clientId: string; readonly command: string },
  ): Promise<Form | undefined>;
  /** Takes in what was filled into a form, or answers what is wrong with it: field → a sentence. */
  fill(author: PersonId, channel: Channel, draft: FilledDraft): Promise<FormValues>;
  complete(member: Member, channel: Channel, text: string): Promise<readonly Completion[]>;
  /** What the menu of a message has. */
  readonly menu: readonly { readonly command: string; readonly label: string }[];
}

interface FilledDraft {
  readonly clientId: string;
  readonly key: string;
  readonly values: FormValues;
  readonly thread?: ThreadId;
}

export function createCommands(deps: {
  readonly table: CommandTable;
  readonly forms: Forms;
  readonly completionValues: (workspace: WorkspacePlace) => Promise<CompletionValues>;
  readonly takeIn: (event: CommandGiven) => Promise<void>;
  readonly now: Now;
}): Commands {
  const { table, forms, completionValues, takeIn, now } = deps;

  async function formOrTaken(command: CommandGiven): Promise<Form | undefined> {
    const form = await forms.formFor(command);
    if (form === undefined) await takeIn(command);
    return form;
  }

  return {
    menu: commandsOnMessages(table).map(({ name, label }) => ({ command: name, label })),

    async give(author, channel, { clientId, written, thread }) {
      const id = messageId("command", author, channel.id, thread ?? "", clientId);
      const place = spotIn(channel, thread);
      return formOrTaken(
        commandFrom({ id, author, place, sentAt: now() }, channel, readCommand(table, written)),
      );
    },

    async giveOn(message, author, channel, { clientId, command }) {
      const reading = readOnMessage(table, command);
      if (reading === undefined) return refuse(400, "There is nothing of that name in the menu.");
      const id = messageId("menu", author, channel.id, message.id, clientId);
      const place = placeOf(message, channel);
      const given = commandFrom({ id, author, place, sentAt: now() }, channel, reading);
      return formOrTaken({ ...given, about: message.id });
    },

    async fill(author, channel, { clientId, key: written, values, thread }) {
      const key = readFormKey(written);
      const read = key && readForm(table, key, values);
      if (read === undefined) return refuse(400, "That is no form of Parley's.");
      const id = messageId("form", author, channel.id, thread ?? "", clientId);
      const place = spotIn(channel, thread);
      const given = { ...commandFrom({ id, author, place, sentAt: now() }, channel, read.reading), ...read };
      const problems = forms.problemsIn(given);
      if (Object.keys(problems).length === 0) await takeIn(given);
      return problems;
    },

    async complete(member, channel, text) {
      const values = await completionValues({ platform: "playground", workspace: workspaceId });
      return completeCommand(table, text, values, rightsOf(member, channel));
    },
  };
}

function spotIn({ id: channel }: Channel, thread: ThreadId | undefined): CommandGiven["place"] {
  const place = { platform: "playground", workspace: workspaceId, channel } as const;
  return thread === undefined ? place : { ...place, thread };
}
