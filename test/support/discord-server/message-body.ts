import type { APIEmbed, APIMessage } from "discord-api-types/v10";
import { MessageFlags } from "discord-api-types/v10";

import { checkComponents } from "./component-body.ts";
import { createFormErrors, refusal } from "./discord-error.ts";
import type { FormErrors } from "./discord-error.ts";
import type { UploadedFile } from "./http.ts";
import type { AllowedMentions } from "./mentions.ts";
import { isSnowflake } from "./snowflake.ts";

// The rules of developers/resources/message (Create Message, Embed Limits, Allowed Mentions).

export const maxContentChars = 2_000;
const maxEmbeds = 10;
const maxEmbedChars = 6_000;
const maxNonceChars = 25;
const maxFiles = 10;
/** Per file, without boosts (developers/reference, Uploading Files). */
export const maxFileBytes = 10 * 1024 * 1024;

export interface MessageBody {
  readonly content?: string | null;
  readonly nonce?: string | number;
  readonly enforce_nonce?: boolean;
  readonly tts?: boolean;
  readonly embeds?: APIEmbed[] | null;
  readonly allowed_mentions?: AllowedMentions | null;
  readonly message_reference?: {
    readonly type?: number;
    readonly message_id?: string;
    readonly channel_id?: string;
    readonly guild_id?: string;
    readonly fail_if_not_exists?: boolean;
  };
  readonly components?: NonNullable<APIMessage["components"]> | null;
  readonly attachments?: readonly {
    readonly id: string | number;
    readonly filename?: string;
    readonly description?: string;
  }[];
  readonly flags?: number | null;
}

/** @throws DiscordError 50035 with everything that is wrong. */
export function readMessageBody(value: unknown, files: readonly UploadedFile[]): MessageBody {
  const errors = createFormErrors();
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    errors.add("", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
    errors.throwIfAny();
  }
  const body = value as MessageBody;
  checkContent(errors, body.content);
  checkNonce(errors, body.nonce);
  checkEmbeds(errors, body.embeds ?? []);
  checkAllowedMentions(errors, body.allowed_mentions ?? undefined);
  const isV2 = ((body.flags ?? 0) & MessageFlags.IsComponentsV2) !== 0;
  if (isV2 && (body.content || body.embeds?.length)) {
    const message =
      "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2";
    errors.add(
      body.content ? "content" : "embeds",
      "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
      message,
    );
  }
  if (body.components && !isV2) checkComponents(errors, body.components);
  const reference = body.message_reference;
  if (reference && !isSnowflake(reference.message_id)) {
    errors.add("message_reference.message_id", "BASE_TYPE_REQUIRED", "This field is required");
  }
  if (body.flags !== undefined && body.flags !== null && !Number.isInteger(body.flags)) {
    errors.add("flags", "NUMBER_TYPE_COERCE", `Value "${String(body.flags)}" is not int.`);
  }
  if (files.length > maxFiles) {
    errors.add("files", "BASE_TYPE_MAX_LENGTH", `Must be ${maxFiles} or fewer in length.`);
  }
  errors.throwIfAny();
  if (files.some((file) => file.bytes.length > maxFileBytes)) throw refusal("tooLarge");
  return body;
}

function checkContent(errors: FormErrors, content: unknown): void {
  if (content === undefined || content === null) return;
  if (typeof content !== "string")
    return errors.add("content", "STRING_TYPE_CONVERT", "Could not interpret content as string.");
  if ([...content.trim()].length > maxContentChars) {
    errors.add("content", "BASE_TYPE_MAX_LENGTH", `Must be ${maxContentChars} or fewer in length.`);
  }
}

function checkNonce(errors: FormErrors, nonce: unknown): void {
  if (nonce === undefined) return;
  if (typeof nonce !== "string" && !Number.isSafeInteger(nonce)) {
    errors.add("nonce", "NONCE_TYPE_INVALID", "Nonce must be a string or an integer");
  } else if (String(nonce).length > maxNonceChars) {
    errors.add("nonce", "NONCE_TYPE_TOO_LONG", `Must be ${maxNonceChars} or fewer in length.`);
  }
}

const embedTextLimits = { title: 256, description: 4_096 } as const;

function checkEmbeds(errors: FormErrors, embeds: readonly APIEmbed[]): void {
  if (embeds.length > maxEmbeds) {
    errors.add("embeds", "BASE_TYPE_MAX_LENGTH", `Must be ${maxEmbeds} or fewer in length.`);
  }
  let total = 0;
  const check = (path: string, text: string | undefined, max: number) => {
    total += text?.length ?? 0;
    if ((text?.length ?? 0) > max)
      errors.add(path, "BASE_TYPE_MAX_LENGTH", `Must be ${max} or fewer in length.`);
  };
  for (const [index, embed] of embeds.entries()) {
    const at = `embeds.${index}`;
    for (const key of ["title", "description"] as const)
      check(`${at}.${key}`, embed[key], embedTextLimits[key]);
    check(`${at}.footer.text`, embed.footer?.text, 2_048);
    check(`${at}.author.name`, embed.author?.name, 256);
    const fields = embed.fields ?? [];
    if (fields.length > 25)
      errors.add(`${at}.fields`, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
    for (const [number, field] of fields.entries()) {
      if (!field.name)
        errors.add(`${at}.fields.${number}.name`, "BASE_TYPE_REQUIRED", "This field is required");
      if (!field.value)
        errors.add(`${at}.fields.${number}.value`, "BASE_TYPE_REQUIRED", "This field is required");
      check(`${at}.fields.${number}.name`, field.name, 256);
      check(`${at}.fields.${number}.value`, field.value, 1_024);
    }
  }
  if (total > maxEmbedChars) {
    errors.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", `Embed size exceeds maximum size of ${maxEmbedChars}`);
  }
}

function checkAllowedMentions(errors: FormErrors, allowed: AllowedMentions | undefined): void {
  for (const [index, kind] of (allowed?.parse ?? []).entries()) {
    if (["users", "roles", "everyone"].includes(kind)) continue;
    const message = "Value must be one of ('users', 'everyone', 'roles').";
    errors.add(`allowed_mentions.parse.${index}`, "BASE_TYPE_CHOICES", message);
  }
  for (const kind of ["users", "roles"] as const) {
    const ids = allowed?.[kind] ?? [];
    if (ids.length > 100) {
      errors.add(`allowed_mentions.${kind}`, "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.");
    }
    if (ids.length > 0 && allowed?.parse?.includes(kind)) {
      const message = `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`;
      errors.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
    }
  }
}
