import { createHash } from "node:crypto";

import { ButtonStyle, ComponentType, MessageFlags, Routes } from "discord-api-types/v10";

import { AppError } from "../../core/errors.ts";
import type { CauseId, MessageId } from "../../core/ids.ts";
import type { Button, Fence, OutgoingFile } from "../../core/platform.ts";
import type { Api, ApiCall } from "./api.ts";
import { refusalCode, refusals } from "./errors.ts";
import { Posted } from "./schema.ts";
import type { Target } from "./threads.ts";

/** What stands in one message. */
export interface Content {
  /** As Discord shows it, at most 2,000 characters. */
  readonly text: string;
  readonly buttons?: readonly Button[];
  readonly files?: readonly OutgoingFile[];
  /** Ids of people whom the text may notify. */
  readonly mentions?: readonly string[];
}

/** One message through the API, with everything off that would reach people besides its text. */
export interface Messages {
  /** Sent again under one nonce within some minutes it is the same message. */
  create(target: Target, nonce: string, content: Content, fence: MaybeFence): Promise<MessageId>;
  /** Replaces everything; answers false where the message is gone. `optional`: it may be left out, and then fails at once. */
  replace(
    channel: string,
    message: string,
    content: Content,
    options: MaybeFence & { readonly optional?: boolean },
  ): Promise<boolean>;
  /** A message that is gone already is no error. */
  remove(channel: string, message: string, fence: MaybeFence): Promise<void>;
}

/** Only replies are fenced. */
export type MaybeFence = Pick<Fence, "signal"> & Partial<Fence>;

/** Posts and edits in one channel share these (developers/topics/rate-limits). */
export const createBucket = (channel: string) => `create ${channel}`;
export const editBucket = (channel: string) => `edit ${channel}`;

const maxNonceChars = 25;
const maxLabelChars = 80;
const styles = { primary: ButtonStyle.Primary, danger: ButtonStyle.Danger } as const;
const isGone: readonly (number | undefined)[] = [refusals.unknownMessage, refusals.unknownChannel];

/** Names one message of those posted under a cause. */
export function nonceOf(cause: CauseId, index: number): string {
  return createHash("sha256").update(`${cause}\n${index}`).digest("base64url").slice(0, maxNonceChars);
}

/** `onRemove` is told before a message is taken away: the gateway may say so before REST answers. */
export function createMessages(api: Api, onRemove: (message: string) => void): Messages {
  const request = (call: ApiCall, { signal, check }: MaybeFence) =>
    api.request({ ...call, ...(check && { check }) }, signal);

  return {
    async create({ channel, reference }, nonce, content, fence) {
      const body = {
        ...bodyOf(content),
        nonce,
        enforce_nonce: true,
        // A question that was deleted meanwhile is no reason not to answer.
        ...(reference !== undefined && {
          message_reference: { message_id: reference, fail_if_not_exists: false },
        }),
      };
      const call = {
        method: "POST",
        route: Routes.channelMessages(channel),
        bucket: createBucket(channel),
        body,
        ...(content.files && { files: content.files.map(rawFile) }),
      } as const;
      const answer = await requestAwake(call, channel, fence);
      const { data: posted } = Posted.safeParse(answer);
      if (!posted) throw new AppError("platform_unreachable", "Discord's answer could not be read");
      return posted.id as MessageId;
    },

    async replace(channel, message, content, { optional = false, ...fence }) {
      const call = {
        method: "PATCH",
        route: Routes.channelMessage(channel, message),
        bucket: editBucket(channel),
        optional,
        body: bodyOf(content),
        ...(content.files && { files: content.files.map(rawFile) }),
      } as const;
      try {
        await requestAwake(call, channel, fence);
        return true;
      } catch (error) {
        if (refusalCode(error) === refusals.unknownMessage) return false;
        throw error;
      }
    },

    async remove(channel, message, fence) {
      const route = Routes.channelMessage(channel, message);
      onRemove(message);
      try {
        await request({ method: "DELETE", route, bucket: `delete ${channel}` }, fence);
      } catch (error) {
        if (!isGone.includes(refusalCode(error))) throw error;
      }
    },
  };

  /** In a thread that fell asleep nothing can be edited (developers/topics/threads, Active & Archived Threads). */
  async function requestAwake(call: ApiCall, thread: string, fence: MaybeFence): Promise<unknown> {
    try {
      return await request(call, fence);
    } catch (error) {
      if (refusalCode(error) !== refusals.archivedThread) throw error;
      const bucket = `channel ${thread}`;
      const wake = {
        method: "PATCH",
        route: Routes.channel(thread),
        bucket,
        body: { archived: false },
      } as const;
      await request(wake, fence);
      return request(call, fence);
    }
  }
}

export function bodyOf({ text, buttons = [], files, mentions = [] }: Content) {
  return {
    content: text,
    allowed_mentions: {
      parse: [],
      ...(mentions.length > 0 && { users: [...mentions] }),
      replied_user: false,
    },
    flags: MessageFlags.SuppressEmbeds,
    components:
      buttons.length === 0 ? [] : [{ type: ComponentType.ActionRow, components: buttons.map(buttonOf) }],
    ...(files && {
      attachments: files.map(({ name, altText }, id) => ({ id, filename: name, description: altText })),
    }),
  };
}

function buttonOf({ action, label, style }: Button) {
  return {
    type: ComponentType.Button,
    custom_id: action,
    label: label.slice(0, maxLabelChars),
    style: style === undefined ? ButtonStyle.Secondary : styles[style],
  };
}

export function rawFile({ name, mediaType, bytes }: OutgoingFile) {
  return { name, contentType: mediaType, data: Buffer.from(bytes) };
}
