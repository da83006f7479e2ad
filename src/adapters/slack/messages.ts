import { createHash } from "node:crypto";

import type { KnownBlock } from "@slack/types";

import { AppError } from "../../core/errors.ts";
import type { CauseId, MessageId } from "../../core/ids.ts";
import type { Button } from "../../core/platform.ts";
import type { Api, CallOptions } from "./api.ts";
import { refusalOf } from "./errors.ts";
import { fallbackText } from "./render.ts";
import { Posted } from "./schema.ts";
import type { ShownPicture } from "./upload.ts";

/** What stands in one message. */
export interface Content {
  /** As `renderMessages` gave it. */
  readonly markdown: string;
  readonly buttons?: readonly Button[];
  readonly pictures?: readonly ShownPicture[];
  /** A small line above it, in Slack's own markup. */
  readonly above?: string;
}

/** Names a message among those posted under a cause, in the message's metadata. */
export interface Mark {
  readonly cause: CauseId;
  readonly part: number;
}

/** One message through the API. */
export interface Messages {
  /** Not repeatable. */
  post(
    channel: string,
    thread: string | undefined,
    mark: Mark,
    content: Content,
    fence: MaybeFence,
  ): Promise<MessageId>;
  /** Replaces everything; answers false where the message is gone. */
  replace(channel: string, ts: string, content: Content, options: ReplaceOptions): Promise<boolean>;
  /** A message that is gone already is no error. */
  remove(channel: string, ts: string, fence: MaybeFence): Promise<void>;
}

/** Only replies are fenced. */
export type MaybeFence = Pick<CallOptions, "signal" | "check">;

export interface ReplaceOptions extends MaybeFence {
  /** Left out: the message keeps its own. */
  readonly mark?: Mark;
  /** May be left out: then a used up rate or a failure is an error at once. */
  readonly optional: boolean;
}

export const eventType = "parley_message";
const gone = new Set(["message_not_found", "cant_update_message", "edit_window_closed"]);
const unreadable = new Set([
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_attachments",
  "only_one_table_allowed",
  "msg_blocks_too_long",
]);
const maxButtonChars = 75;
const maxSectionChars = 3_000;
const maxAltChars = 2_000;

export function metadataOf({ cause, part }: Mark) {
  return { event_type: eventType, event_payload: { cause: causeHash(cause), part } };
}

/** Causes name conversations; the hash tells nobody which. */
export function causeHash(cause: CauseId): string {
  return createHash("sha256").update(cause).digest("base64url").slice(0, 22);
}

export function createMessages(api: Api): Messages {
  /** What Slack can't show is left out, and what it can't read as Markdown is shown as it was written: better than nothing. */
  async function write(
    method: string,
    args: Readonly<Record<string, unknown>>,
    content: Content,
    options: CallOptions,
  ): Promise<unknown> {
    try {
      return await api.call(method, { ...args, ...bodyOf(content, markdownBlocks) }, options);
    } catch (error) {
      if (!unreadable.has(refusalOf(error) ?? "")) throw error;
      const { pictures, ...rest } = content;
      if (pictures !== undefined) return write(method, args, rest, options);
      return api.call(method, { ...args, ...bodyOf(content, plainBlocks) }, options);
    }
  }

  async function update(
    channel: string,
    ts: string,
    content: Content,
    { mark, ...options }: ReplaceOptions,
  ): Promise<void> {
    const args = { channel, ts, ...(mark && { metadata: metadataOf(mark) }) };
    await write("chat.update", args, content, { repeatable: true, ...options });
  }

  function stopStream(channel: string, ts: string, { signal, check }: MaybeFence): Promise<unknown> {
    const options = { repeatable: true, signal, ...(check && { check }) };
    return api.call("chat.stopStream", { channel, ts }, options);
  }

  return {
    async post(channel, thread, mark, content, fence) {
      const args = {
        channel,
        ...(thread !== undefined && { thread_ts: thread }),
        metadata: metadataOf(mark),
        unfurl_links: false,
        unfurl_media: false,
      };
      const { data } = Posted.safeParse(
        await write("chat.postMessage", args, content, { repeatable: false, ...fence }),
      );
      if (!data) throw new AppError("platform_unreachable", "Slack's answer could not be read");
      return data.ts as MessageId;
    },

    async replace(channel, ts, content, options) {
      try {
        await update(channel, ts, content, options).catch(async (error: unknown) => {
          // Of an attempt that died: a stream is ended before it can be replaced.
          if (refusalOf(error) !== "streaming_state_conflict") throw error;
          await stopStream(channel, ts, options);
          await update(channel, ts, content, options);
        });
        return true;
      } catch (error) {
        if (gone.has(refusalOf(error) ?? "")) return false;
        throw error;
      }
    },

    async remove(channel, ts, fence) {
      const drop = () => api.call("chat.delete", { channel, ts }, { repeatable: true, ...fence });
      try {
        await drop().catch(async (error: unknown) => {
          if (refusalOf(error) !== "cant_delete_message") throw error;
          await stopStream(channel, ts, fence);
          await drop();
        });
      } catch (error) {
        if (refusalOf(error) !== "message_not_found") throw error;
      }
    },
  };
}

function bodyOf(content: Content, blocksOf: (markdown: string) => readonly KnownBlock[]) {
  const { markdown, buttons = [], pictures = [], above } = content;
  const heading = above === undefined ? [] : [contextBlock(above)];
  const shown = pictures.map(pictureBlock);
  const blocks = [...heading, ...blocksOf(markdown), ...shown, ...actionBlocks(buttons)];
  return { text: fallbackText(markdown), blocks };
}

/** A text and its buttons as a message for one person alone. */
export function privateBody(markdown: string, buttons: readonly Button[] = []) {
  return bodyOf({ markdown, buttons }, markdownBlocks);
}

/** What stands at the end of a message that has buttons. */
export function actionBlocks(buttons: readonly Button[]): readonly KnownBlock[] {
  const elements = buttons.map(({ action, label, style }) => ({
    type: "button" as const,
    action_id: action,
    text: { type: "plain_text" as const, text: label.slice(0, maxButtonChars) },
    ...(style && { style }),
  }));
  return elements.length > 0 ? [{ type: "actions", elements }] : [];
}

/** docs.slack.dev/reference/block-kit/blocks/image-block */
function pictureBlock({ fileId, altText }: ShownPicture): KnownBlock {
  return { type: "image", slack_file: { id: fileId }, alt_text: altText.slice(0, maxAltChars) };
}

function contextBlock(text: string): KnownBlock {
  return { type: "context", elements: [{ type: "mrkdwn", text }] };
}

function markdownBlocks(markdown: string): readonly KnownBlock[] {
  return [{ type: "markdown", text: markdown }];
}

function plainBlocks(markdown: string): readonly KnownBlock[] {
  const pieces = markdown.match(new RegExp(`[\\s\\S]{1,${maxSectionChars / 2}}`, "gu")) ?? [];
  return pieces.map((text) => ({ type: "section", text: { type: "plain_text", text } }));
}
