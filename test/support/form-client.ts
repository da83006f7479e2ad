import { randomUUID } from "node:crypto";

import { commandTable } from "../../src/core/command/table.ts";
import type { Form } from "../../src/core/form.ts";
import { shownFields as shownInDiscord } from "./discord-server/modal-body.ts";
import type { DiscordServer } from "./discord-server.ts";
import { shownFields as shownInSlack } from "./slack-server/modal.ts";
import type { SlackServer } from "./slack-server.ts";

/** A form as a person sees it. */
export interface ShownForm {
  readonly title: string;
  readonly fields: readonly {
    readonly name: string;
    readonly label: string;
    readonly optional: boolean;
    readonly initial: string;
    readonly choices: readonly string[];
  }[];
}

export type MenuCommand = "ask" | "summarise";

export interface MessageSpot {
  readonly channel: string;
  readonly id: string;
  /** As the playground has it: what the message answers. */
  readonly thread?: string | undefined;
}

/** What people do with forms and with the menus of messages; `as` is the platform's own id. */
export interface FormClient {
  choose(as: string, message: MessageSpot, command: MenuCommand): Promise<void>;
  /** The newest form that stands open for a person. */
  open(as: string): ShownForm | undefined;
  /** Fills it in and sends it; what isn't named stays as it is. Answers what is wrong, as the platform shows it. */
  fill(as: string, values: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>;
}

export function createSlackForms(server: SlackServer): FormClient {
  const standing = (as: string) => server.views.findLast(({ user, isOpen }) => user === as && isOpen);
  return {
    async choose(as, { channel, id: ts }, callbackId) {
      server.shortcut({ as, message: { channel, ts }, callbackId });
    },
    open(as) {
      const view = standing(as)?.view;
      const title = (view?.title as { readonly text: string } | undefined)?.text;
      return view && title !== undefined ? { title, fields: shownInSlack(view) } : undefined;
    },
    async fill(as, values) {
      const view = standing(as);
      const delivery = server.submitView({ as, values });
      await server.until(() => delivery.finished, "the answer to the form");
      if (delivery.ackedAt === undefined) throw new Error("the form was not acked");
      return view?.errors ?? {};
    },
  };
}

export function createDiscordForms(server: DiscordServer): FormClient {
  const filled = new Set<string>();
  const standing = (as: string) =>
    server
      .interactions()
      .findLast((each) => each.as === as && each.response?.type === 9 && !filled.has(each.id));
  return {
    async choose(as, { id: message }, command) {
      const { label: name } = commandTable.commands[command].onMessage;
      await server.until(() => server.commands().length > 0, "the commands to be registered");
      server.useOnMessage({ as, message, name });
    },
    open(as) {
      const modal = standing(as)?.response?.data as { title: string; components: object[] } | undefined;
      return modal && { title: modal.title, fields: shownInDiscord(modal.components) };
    },
    async fill(as, values) {
      const interaction = standing(as);
      if (!interaction) throw new Error("no form is open");
      server.submitModal({ interaction: interaction.id, values });
      filled.add(interaction.id);
      return {};
    },
  };
}

type Sent = Omit<Form, "key"> & { readonly key: string };

/** In the playground the page is told what a command opened; `note` is what tells this one. */
export interface PlaygroundForms extends FormClient {
  note(
    as: string,
    spot: { readonly channel: string; readonly thread?: string | undefined },
    response: Response,
  ): Promise<void>;
}

export function createPlaygroundForms(url: () => string): PlaygroundForms {
  const forms: { as: string; channel: string; thread?: string | undefined; form: Sent; isOpen: boolean }[] =
    [];
  const standing = (as: string) => forms.findLast((each) => each.as === as && each.isOpen);
  const post = async (path: string, body: object): Promise<Response> => {
    const response = await fetch(new URL(`/api/channels/${path}`, url()), {
      method: "POST",
      headers: { "content-type": "application/json", origin: new URL(url()).origin },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return response;
  };
  const client: PlaygroundForms = {
    async note(as, spot, response) {
      if (response.status !== 200) return;
      const { form } = (await response.clone().json()) as { form?: Sent };
      if (form) forms.push({ as, ...spot, form, isOpen: true });
    },
    async choose(as, { channel, id, thread }, command) {
      const draft = { as, command, clientId: randomUUID(), ...(thread !== undefined && { thread }) };
      await client.note(as, { channel, thread }, await post(`${channel}/messages/${id}/menu`, draft));
    },
    open(as) {
      const form = standing(as)?.form;
      if (!form) return undefined;
      const fields = form.fields.map((field) => ({
        name: field.name,
        label: field.label,
        optional: field.optional === true,
        initial: initialOf(field),
        choices: "choices" in field ? field.choices.map(({ value }) => value) : [],
      }));
      return { title: form.title, fields };
    },
    async fill(as, values) {
      const open = standing(as);
      if (!open) throw new Error("no form is open");
      const initial = Object.fromEntries(open.form.fields.map((field) => [field.name, initialOf(field)]));
      const { channel, thread, form } = open;
      const draft = { as, thread, key: form.key, clientId: randomUUID(), values: { ...initial, ...values } };
      const response = await post(`${channel}/forms`, draft);
      if (response.status === 202) open.isOpen = false;
      else return ((await response.json()) as { problems: Record<string, string> }).problems;
      return {};
    },
  };
  return client;
}

function initialOf({ initial = "" }: Form["fields"][number]): string {
  return typeof initial === "string" ? initial : initial.join(",");
}
