import { setTimeout as sleep } from "node:timers/promises";

import { AppError, toAppError } from "../../core/errors.ts";
import type { Place } from "../../core/event.ts";
import type { CauseId, MessageId } from "../../core/ids.ts";
import type { OutgoingFile, OutgoingMessage, Platform } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import { ofCause, readSince } from "./find.ts";
import type { Content, Mark, MaybeFence, Messages } from "./messages.ts";
import type { DirectChannels } from "./notice.ts";
import { renderMessages } from "./render.ts";
import type { Upload } from "./upload.ts";

export interface PostDeps {
  readonly api: Api;
  readonly messages: Messages;
  readonly direct: DirectChannels;
  readonly upload: Upload;
  readonly botUserId: () => string;
}

/** Posts a message once: where it isn't known whether it was, that is looked up, twice, before it is posted again. */
export type PostOnce = (place: Place, mark: Mark, content: Content, fence: MaybeFence) => Promise<MessageId>;

export type Post = Pick<Platform, "post" | "edit" | "delete" | "findPosted" | "sendDirect">;

const maxPosts = 3;
/** Between the loss of an answer and looking for what became of it. */
const lookAfterMs = [500, 2_000];

export function createPostOnce({
  api,
  messages,
  botUserId,
}: Pick<PostDeps, "api" | "messages" | "botUserId">): PostOnce {
  async function look(
    place: Place,
    { cause, part }: Mark,
    signal: AbortSignal,
  ): Promise<MessageId | undefined> {
    const since = place.replyTo ?? place.thread ?? "0";
    const own = { userId: botUserId(), question: undefined };
    return ofCause(await readSince(api, place, since, signal), cause, own).find((each) => each.part === part)
      ?.id;
  }

  return async (place, mark, content, fence) => {
    const { signal } = fence;
    for (let tries = 1; ; tries++) {
      try {
        return await messages.post(place.channel, place.thread, mark, content, fence);
      } catch (thrown) {
        const error = toAppError(thrown);
        if (error.code !== "platform_unreachable") throw error;
        for (const ms of lookAfterMs) {
          await sleep(ms, undefined, { signal }).catch(() => {
            throw new AppError("aborted", "the call was given up", { cause: signal.reason });
          });
          const found = await look(place, mark, signal);
          if (found !== undefined) return found;
        }
        if (tries === maxPosts) throw error;
      }
    }
  };
}

export function createPost(deps: PostDeps): Post {
  const { api, messages, direct, upload, botUserId } = deps;
  const postOnce = createPostOnce(deps);

  const findPosted: Platform["findPosted"] = async (place, cause, signal) => {
    const since = place.replyTo ?? place.thread ?? "0";
    const own = { userId: botUserId(), question: place.replyTo };
    return ofCause(await readSince(api, place, since, signal), cause, own).map(({ id }) => id);
  };

  /** Posts what may need more than one message, and of it only what isn't there; answers the first. */
  async function postAll(
    place: Place,
    cause: CauseId,
    content: Content,
    signal: AbortSignal,
    files: readonly OutgoingFile[] = [],
  ): Promise<MessageId> {
    const own = { userId: botUserId(), question: undefined };
    const since = place.replyTo ?? place.thread ?? "0";
    const standing = ofCause(await readSince(api, place, since, signal), cause, own);
    const texts = renderMessages(content.markdown);
    let first: MessageId | undefined;
    for (const [part, markdown] of texts.entries()) {
      const isLast = part === texts.length - 1;
      const known = standing.find((each) => each.part === part)?.id;
      const pictures =
        isLast && known === undefined && files.length > 0 && (await upload.keep(files, signal));
      const below = {
        ...(isLast && content.buttons && { buttons: content.buttons }),
        ...(pictures && { pictures }),
      };
      const above = part === 0 && content.above !== undefined ? { above: content.above } : {};
      const id =
        known ?? (await postOnce(place, { cause, part }, { markdown, ...below, ...above }, { signal }));
      first ??= id;
    }
    if (first === undefined) throw new AppError("internal", "nothing was posted");
    return first;
  }

  return {
    findPosted,
    async post(place, cause, { text, buttons, files, onBehalfOf }, signal) {
      refuseAllBut("image/", files);
      const content = { markdown: text, ...(buttons && { buttons }), ...headingOf(onBehalfOf) };
      return postAll(place, cause, content, signal, files);
    },

    async edit(place, id, { text, buttons, files, onBehalfOf }, signal) {
      refuseAllBut(undefined, files);
      const [markdown = ""] = renderMessages(text);
      const content = { markdown, ...(buttons && { buttons }), ...headingOf(onBehalfOf) };
      const stands = await messages.replace(place.channel, id, content, { optional: false, signal });
      if (!stands) throw new AppError("platform_refused", "the message is gone");
    },

    delete: (place, id, signal) => messages.remove(place.channel, id, { signal }),

    async sendDirect(workspace, person, cause, text, signal) {
      const channel = await direct.open(person, signal);
      await postAll({ platform: "slack", workspace, channel }, cause, { markdown: text }, signal);
    },
  };
}

/** As Slack names people, in a line that rings nobody. */
function headingOf(onBehalfOf: OutgoingMessage["onBehalfOf"]): { readonly above?: string } {
  return onBehalfOf ? { above: `<@${onBehalfOf.person}> ${onBehalfOf.says}` } : {};
}

/** A block shows pictures; what else is in a message can't be found by its cause. */
function refuseAllBut(kind: string | undefined, files: readonly OutgoingFile[] = []): void {
  if (files.some(({ mediaType }) => kind === undefined || !mediaType.startsWith(kind)))
    throw new AppError("platform_refused", "this file can't stand in a message");
}
