import type {
  InputBlock,
  InputBlockElement,
  ModalView,
  PlainTextElement,
  PlainTextOption,
} from "@slack/web-api";
import { z } from "zod";

import { readFormKey, writeFormKey } from "../../core/form.ts";
import type { Form, FormChoice, FormField, FormKey, FormValues } from "../../core/form.ts";
import type { Place } from "../../core/event.ts";
import { en } from "../../core/words/en.ts";
import { Id, Ts } from "./schema.ts";

/** Of one text (docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element). */
export const maxInputChars = 3_000;
export const formId = "form";
const inputId = "input";

/** Where the command was given, as the form brings it back: whoever fills it in could change it. */
const Metadata = z.object({
  key: z.string(),
  channel: Id,
  thread: z.exactOptional(Ts),
  replyTo: z.exactOptional(Ts),
});
type Metadata = z.infer<typeof Metadata>;

/** A form as a modal (docs.slack.dev/reference/views/modal-views). */
export function renderView({ key, title, submit, fields }: Form, place: Place): ModalView {
  const { channel, thread, replyTo } = place;
  const metadata: Metadata = {
    key: writeFormKey(key),
    channel,
    ...(thread !== undefined && { thread }),
    ...(replyTo !== undefined && { replyTo }),
  };
  return {
    type: "modal",
    callback_id: formId,
    private_metadata: JSON.stringify(metadata),
    title: plain(title),
    submit: plain(submit),
    close: plain(en.forms.cancel),
    blocks: fields.map(renderField),
  };
}

export function readMetadata(written: string): (Metadata & { readonly formKey: FormKey }) | undefined {
  try {
    const { data } = Metadata.safeParse(JSON.parse(written));
    const formKey = data && readFormKey(data.key);
    return formKey && { ...data, formKey };
  } catch {
    return undefined;
  }
}

/** What a view says of each input (docs.slack.dev/reference/interaction-payloads/view-interactions-payload). */
const Input = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
});

export function readValues(state: Readonly<Record<string, Readonly<Record<string, unknown>>>>): FormValues {
  const values = Object.entries(state).map(([field, inputs]): [string, string] => {
    const { data } = Input.safeParse(inputs[inputId]);
    const several = data?.selected_options?.map(({ value }) => value).join(",");
    return [field, data?.value ?? data?.selected_option?.value ?? several ?? ""];
  });
  return Object.fromEntries(values);
}

function renderField(field: FormField): InputBlock {
  const { name, label, help, optional } = field;
  return {
    type: "input",
    block_id: name,
    label: plain(label),
    ...(help !== undefined && { hint: plain(help) }),
    ...(optional && { optional }),
    element: renderInput(field),
  };
}

function renderInput(field: FormField): InputBlockElement {
  switch (field.kind) {
    case "text": {
      const { isLong, maxChars, initial, placeholder } = field;
      return {
        type: "plain_text_input",
        action_id: inputId,
        multiline: isLong,
        max_length: maxChars,
        ...(initial && { initial_value: initial }),
        ...(placeholder !== undefined && { placeholder: plain(placeholder) }),
      };
    }
    case "choice": {
      const chosen = field.choices.find(({ value }) => value === field.initial);
      const menu = {
        type: "static_select" as const,
        action_id: inputId,
        ...(chosen && { initial_option: option(chosen) }),
      };
      const groups = groupsOf(field.choices);
      return groups ? { ...menu, option_groups: groups } : { ...menu, options: field.choices.map(option) };
    }
    case "choices": {
      const chosen = field.choices.filter(({ value }) => field.initial.includes(value));
      return {
        type: "checkboxes",
        action_id: inputId,
        options: field.choices.map(option),
        ...(chosen.length > 0 && { initial_options: chosen.map(option) }),
      };
    }
    default:
      return field satisfies never;
  }
}

function groupsOf(choices: readonly FormChoice[]) {
  if (choices.some(({ group }) => group === undefined)) return undefined;
  const groups = Map.groupBy(choices, ({ group = "" }) => group);
  return [...groups].map(([label, own]) => ({ label: plain(label), options: own.map(option) }));
}

function option({ value, label }: FormChoice): PlainTextOption {
  return { text: plain(label), value };
}

function plain(text: string): PlainTextElement {
  return { type: "plain_text", text, emoji: false };
}
