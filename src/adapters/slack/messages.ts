import { createHash } from "node:crypto";

import type { KnownBlock } from "@slack/types";

import { AppError } from "../../core/errors.ts";
import type { CauseId, MessageId } from "../../core/ids.ts";
import type { Button } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import { refusalOf } from "./errors.ts";
import { fallbackText } from "./render.ts";
import { Posted } from "./schema.ts";

/** What stands in one message. */
export interface Content {
  /** As `renderMessages` gave it. */
  readonly markdown: string;
  readonly buttons?: readonly Button[];
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
    signal: AbortSignal,
  ): Promise<MessageId>;
  /** Replaces everything; answers false where the message is gone. */
  replace(channel: string, ts: string, content: Content, options: ReplaceOptions): Promise<boolean>;
  /** A message that is gone already is no error. */
  remove(channel: string, ts: string, signal: AbortSignal): Promise<void>;
}

export interface ReplaceOptions {
  /** Left out: the message keeps its own. */
  readonly mark?: Mark;
  /** May be left out: then a used up rate or a failure is an error at once. */
  readonly optional: boolean;
  readonly signal: AbortSignal;
}

export const eventType = "parley_message";
const gone = new Set(["message_not_found", "cant_update_message", "edit_window_closed"]);
const maxButtonChars = 75;

export function metadataOf({ cause, part }: Mark) {
  return { event_type: eventType, event_payload: { cause: causeHash(cause), part } };
}

/** Causes name conversations; the hash tells nobody which. */
export function causeHash(cause: CauseId): string {
  return createHash("sha256").update(cause).digest("base64url").slice(0, 22);
}

export function createMessages(api: Api): Messages {
  async function update(
    channel: string,
    ts: string,
    content: Content,
    { mark, optional, signal }: ReplaceOptions,
  ): Promise<void> {
    const args = { channel, ts, ...bodyOf(content), ...(mark && { metadata: metadataOf(mark) }) };
    await api.call("chat.update", args, { repeatable: true, optional, signal });
  }

  return {
    async post(channel, thread, mark, content, signal) {
      const args = {
        channel,
        ...(thread !== undefined && { thread_ts: thread }),
        ...bodyOf(content),
        metadata: metadataOf(mark),
        unfurl_links: false,
        unfurl_media: false,
      };
      const { data } = Posted.safeParse(
        await api.call("chat.postMessage", args, { repeatable: false, signal }),
      );
      if (!data) throw new AppError("platform_unreachable", "Slack's answer could not be read");
      return data.ts as MessageId;
    },

    async replace(channel, ts, content, options) {
      try {
        await update(channel, ts, content, options).catch(async (error: unknown) => {
          // Of an attempt that died: a stream is ended before it can be replaced.
          if (refusalOf(error) !== "streaming_state_conflict") throw error;
          await api.call("chat.stopStream", { channel, ts }, { repeatable: true, signal: options.signal });
          await update(channel, ts, content, options);
        });
        return true;
      } catch (error) {
        if (gone.has(refusalOf(error) ?? "")) return false;
        throw error;
      }
    },

    async remove(channel, ts, signal) {
      const drop = () => api.call("chat.delete", { channel, ts }, { repeatable: true, signal });
      try {
        await drop().catch(async (error: unknown) => {
          if (refusalOf(error) !== "cant_delete_message") throw error;
          await api.call("chat.stopStream", { channel, ts }, { repeatable: true, signal });
          await drop();
        });
      } catch (error) {
        if (refusalOf(error) !== "message_not_found") throw error;
      }
    },
  };
}

function bodyOf({ markdown, buttons = [] }: Content): { text: string; blocks: readonly KnownBlock[] } {
  const blocks: KnownBlock[] = [{ type: "markdown", text: markdown }];
  if (buttons.length > 0) {
    blocks.push({
      type: "actions",
      elements: buttons.map(({ action, label, style }) => ({
        type: "button",
        action_id: action,
        text: { type: "plain_text", text: label.slice(0, maxButtonChars) },
        ...(style && { style }),
      })),
    });
  }
  return { text: fallbackText(markdown), blocks };
}
