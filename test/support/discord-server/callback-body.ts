import { createFormErrors, formError } from "./discord-error.ts";
import { checkModalComponents } from "./modal-body.ts";
import { interactionTypes } from "./interactions.ts";

// The rules of developers/interactions/receiving-and-responding, Interaction Response Object.

export const callbackTypes = {
  message: 4,
  deferredMessage: 5,
  deferredUpdate: 6,
  update: 7,
  autocomplete: 8,
  modal: 9,
} as const;

export interface Callback {
  readonly type: number;
  readonly data: unknown;
}

/** @throws DiscordError 50035 when this kind of interaction can't be answered so */
export function readCallback(value: unknown, interactionType: number, hasMessage: boolean): Callback {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  const { message, deferredMessage, deferredUpdate, update, autocomplete, modal } = callbackTypes;
  const isAutocomplete = interactionType === interactionTypes.autocomplete;
  const allowed = isAutocomplete
    ? [autocomplete]
    : [
        message,
        deferredMessage,
        ...(hasMessage ? [deferredUpdate, update] : []),
        ...(interactionType === interactionTypes.modal ? [] : [modal]),
      ];
  if (!(allowed as unknown[]).includes(type)) {
    throw formError("type", "INTERACTION_TYPE_INVALID", `Value must be one of {${allowed.join(", ")}}.`);
  }
  if (type === autocomplete) checkChoices(data);
  if (type === modal) checkModal(data);
  return { type: type as number, data };
}

function checkChoices(data: unknown): void {
  const choices = (data as { choices?: unknown[] } | undefined)?.choices ?? [];
  const errors = createFormErrors();
  if (choices.length > 25)
    errors.add("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
  for (const [index, choice] of choices.entries()) {
    const { name, value } = choice as { name?: unknown; value?: unknown };
    for (const [key, text] of [["name", name] as const, ["value", value] as const]) {
      if (typeof text === "number" && key === "value") continue;
      if (typeof text === "string" && text.length >= 1 && text.length <= 100) continue;
      errors.add(
        `data.choices.${index}.${key}`,
        "BASE_TYPE_BAD_LENGTH",
        "Must be between 1 and 100 in length.",
      );
    }
  }
  errors.throwIfAny();
}

function checkModal(data: unknown): void {
  const { custom_id: customId, title, components } = (data ?? {}) as Record<string, unknown>;
  const errors = createFormErrors();
  const check = (key: string, text: unknown, max: number) => {
    if (typeof text === "string" && text.length >= 1 && text.length <= max) return;
    errors.add(`data.${key}`, "BASE_TYPE_BAD_LENGTH", `Must be between 1 and ${max} in length.`);
  };
  check("custom_id", customId, 100);
  check("title", title, 45);
  if (!Array.isArray(components) || components.length < 1 || components.length > 5) {
    errors.add("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
  } else checkModalComponents(errors, components as object[]);
  errors.throwIfAny();
}
