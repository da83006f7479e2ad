import { ComponentType, TextInputStyle } from "discord-api-types/v10";
import type {
  APIComponentInLabel,
  APILabelComponent,
  APIModalInteractionResponseCallbackData,
} from "discord-api-types/v10";
import { z } from "zod";

import { readFormKey, writeFormKey } from "../../core/form.ts";
import type { Form, FormField, FormKey, FormLimits, FormValues } from "../../core/form.ts";

/** developers/components/reference, Label and Text Input. */
export const formLimits: FormLimits = { maxFields: 5, maxTextChars: 4_000 };

/** A form as a modal (developers/interactions/receiving-and-responding, Modal). */
export function renderModal({ key, title, fields }: Form): APIModalInteractionResponseCallbackData {
  return { custom_id: writeFormKey(key), title, components: fields.map(renderField) };
}

const Filled = z.object({
  custom_id: z.string(),
  value: z.string().nullish(),
  values: z.array(z.string()).nullish(),
});

const Modal = z.object({
  custom_id: z.string(),
  components: z.array(z.object({ component: z.unknown() })),
});

/** `undefined` for what is no form of Parley's. */
export function readModal(
  payload: unknown,
): { readonly key: FormKey; readonly values: FormValues } | undefined {
  const { data } = Modal.safeParse(payload);
  const key = data && readFormKey(data.custom_id);
  if (data === undefined || key === undefined) return undefined;
  const values = data.components.flatMap(({ component }): [string, string][] => {
    const { data: filled } = Filled.safeParse(component);
    return filled ? [[filled.custom_id, filled.value ?? filled.values?.join(",") ?? ""]] : [];
  });
  return { key, values: Object.fromEntries(values) };
}

function renderField(field: FormField): APILabelComponent {
  const { label, help } = field;
  return {
    type: ComponentType.Label,
    label,
    ...(help !== undefined && { description: help }),
    component: renderInput(field),
  };
}

function renderInput(field: FormField): APIComponentInLabel {
  const { name, optional } = field;
  const base = { custom_id: name, required: !optional };
  switch (field.kind) {
    case "text": {
      const { isLong, maxChars, initial, placeholder } = field;
      return {
        ...base,
        type: ComponentType.TextInput,
        style: isLong ? TextInputStyle.Paragraph : TextInputStyle.Short,
        max_length: maxChars,
        ...(initial && { value: initial }),
        ...(placeholder !== undefined && { placeholder }),
      };
    }
    case "choice":
      return {
        ...base,
        type: ComponentType.StringSelect,
        options: field.choices.map(({ value, label, group }) => ({
          value,
          label,
          ...(group !== undefined && { description: group }),
          default: value === field.initial,
        })),
      };
    case "choices":
      return {
        ...base,
        type: ComponentType.StringSelect,
        min_values: 0,
        max_values: field.choices.length,
        options: field.choices.map(({ value, label }) => ({
          value,
          label,
          default: field.initial.includes(value),
        })),
      };
    default:
      return field satisfies never;
  }
}
