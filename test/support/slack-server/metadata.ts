import { isObject } from "./arguments.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import type { Json } from "./workspace.ts";

// docs.slack.dev/messaging/message-metadata; the shape is MessageMetadata in @slack/types message-metadata.

/** Slack names no number for `metadata_too_large`; 8 KiB is what its own examples stay far below. */
const maxBytes = 8_192;

/** @throws SlackRefusal */
export function checkMetadata(value: unknown): Json {
  if (!isObject(value)) throw new SlackRefusal("invalid_metadata_format");
  const { event_type: type, event_payload: payload, entities } = value;
  if (Object.keys(value).length === 0 || (entities !== undefined && type === undefined)) return value;
  if (typeof type !== "string" || type === "" || !isObject(payload)) {
    throw new SlackRefusal("invalid_metadata_format");
  }
  if (!/^[\w.-]+$/.test(type) || !Object.values(payload).every(isValue)) {
    throw new SlackRefusal("invalid_metadata_schema");
  }
  if (Buffer.byteLength(JSON.stringify(value)) > maxBytes) throw new SlackRefusal("metadata_too_large");
  return value;
}

/** Plain values, objects of plain values, and lists of those. */
function isValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isObject) && value.every(isFlat);
  return isPlain(value) || (isObject(value) && isFlat(value));
}

function isFlat(value: Json): boolean {
  return Object.values(value).every(isPlain);
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
