import { AppError } from "../../core/errors.ts";
import type { Place } from "../../core/event.ts";
import type { MessageId } from "../../core/ids.ts";
import type { Button, LiveReply, ReplyIntent } from "../../core/platform.ts";
import type { Live } from "./live.ts";
import { messageId, type MessageStore, type PlaygroundMessage } from "./messages.ts";
import { parleyId } from "./workspace.ts";

export interface ReplyDeps {
  readonly store: MessageStore;
  readonly live: Live;
  /** Tells the open pages that a message is there or looks different. */
  readonly showMessage: (message: PlaygroundMessage) => Promise<void>;
  readonly removeMessage: (message: PlaygroundMessage) => Promise<void>;
}

/** One part of the reply. A part that was deleted by somebody stays deleted. */
interface Part {
  readonly id: MessageId;
  gone: boolean;
}

/**
 * A reply that grows: its messages are stored when they are posted and when they are complete; what is shown in between
 * stays in memory. Ids derive from the cause and the count of what was posted under it, so that an attempt that outlived
 * its owner writes the same messages and no others.
 */
export function createReply(
  place: Place,
  { cause, posted: known }: Pick<ReplyIntent, "cause" | "posted">,
  deps: ReplyDeps,
): LiveReply {
  const { store, live, showMessage, removeMessage } = deps;
  const spot = { channel: place.channel, ...(place.thread !== undefined && { thread: place.thread }) };
  let parts: Part[] | undefined;
  let postedCount = 0;

  /** Takes up what earlier attempts left standing. */
  async function takeUp(): Promise<Part[]> {
    const posted = await store.postedUnder(cause);
    postedCount = posted.length;
    const taken: Part[] = [];
    for (const id of new Set([...known, ...posted])) {
      const message = await store.get(spot, id);
      if (message && message.deletedAt === undefined) {
        live.begin(message);
        taken.push({ id, gone: false });
      } else if (known.includes(id)) taken.push({ id, gone: true });
    }
    return taken;
  }

  async function postPart(text: string, isFinal: boolean, buttons: readonly Button[]): Promise<Part> {
    const id = messageId("reply", cause, String(postedCount));
    const message = {
      ...spot,
      id,
      author: parleyId,
      text,
      sentAt: store.nextAt(),
      revision: 1,
      cause,
      ...(isFinal ? { buttons } : { unfinished: true as const }),
    };
    await store.post(message);
    postedCount += 1;
    if (!isFinal) live.begin(message);
    await showMessage(message);
    return { id, gone: false };
  }

  async function completePart(part: Part, text: string, buttons: readonly Button[]): Promise<void> {
    const stored = await store.get(spot, part.id);
    if (!stored || stored.deletedAt !== undefined) {
      live.end(part.id);
      part.gone = true;
      return;
    }
    const { unfinished: _written, ...rest } = stored;
    const complete = { ...rest, text, buttons, revision: stored.revision + 1 };
    // Only then is it no longer being written: nobody sees the text as it was first posted in between.
    await store.replace(complete);
    live.end(part.id);
    await showMessage(complete);
  }

  async function removePart(part: Part): Promise<void> {
    live.end(part.id);
    const stored = part.gone ? undefined : await store.get(spot, part.id);
    part.gone = true;
    if (stored && stored.deletedAt === undefined) await removeMessage(stored);
  }

  return {
    async show(texts, { final, buttons, onPosting, onPosted, signal, check }) {
      parts ??= await takeUp();
      for (const [index, text] of texts.entries()) {
        if (signal.aborted) throw new AppError("aborted", "the reply was given up", { cause: signal.reason });
        const part = parts[index];
        const below = index === texts.length - 1 ? buttons : [];
        await check();
        if (!part) {
          await onPosting();
          const posted = await postPart(text, final, below);
          parts.push(posted);
          await onPosted(posted.id);
        } else if (part.gone) continue;
        else if (final) await completePart(part, text, below);
        else if (!live.grow(part.id, text)) part.gone = true;
      }
      for (const surplus of parts.splice(texts.length)) await removePart(surplus);
      return parts.filter((part) => !part.gone).map((part) => part.id);
    },

    async remove({ signal, check }) {
      if (signal.aborted) throw new AppError("aborted", "the reply was given up", { cause: signal.reason });
      parts ??= await takeUp();
      await check();
      for (const part of parts.splice(0)) await removePart(part);
    },
  };
}
