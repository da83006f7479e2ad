import { toAppError } from "../core/errors.ts";
import type { Place } from "../core/event.ts";
import type { CauseId, ConversationKey, MessageId, PersonId } from "../core/ids.ts";
import type { LiveReply, ShowOptions } from "../core/platform.ts";
import type { Lease } from "./lease.ts";
import { checkpoint } from "./story.ts";
import type { ChatMessageDeps, Story } from "./story.ts";

/** The reply of a story, as only its owner writes it. */
export interface FencedReply {
  /** Answers the ids of the messages that stand now. @throws AppError `superseded`, `platform_*`, `storage_*` */
  show(
    parts: readonly string[],
    options: Pick<ShowOptions, "final" | "buttons" | "people" | "signal">,
  ): Promise<readonly MessageId[]>;
  remove(signal: AbortSignal): Promise<void>;
}

/** What a superseded owner wrote into a reply all the same, for the control lane to put right. */
export interface ReplyOverwritten {
  readonly kind: "overwritten";
  readonly place: Place;
  readonly conversation: ConversationKey;
  readonly cause: CauseId;
  readonly asker: PersonId;
  /** Those that the superseded owner knew of. */
  readonly messages: readonly MessageId[];
}

/**
 * Writes down that a message is being posted, and which it became; asks before each request whether the story is still this
 * owner's, and afterwards again: a request that was on the wire while another took over is put right when that one is done.
 */
export function fenceReply(
  story: Omit<Story, "reply">,
  reply: LiveReply,
  deps: Pick<ChatMessageDeps, "storage" | "ambient">,
): FencedReply {
  const { claim, posted, last, cause } = story;
  const { lease } = claim;
  const { requestMs } = story.platform.limits;
  let wrote = false;

  const check = async (): Promise<void> => {
    await lease.check();
    wrote = true;
  };

  async function onPosting(): Promise<void> {
    story.posting = deps.ambient.now();
    await checkpoint(story, [], deps);
  }

  async function onPosted(message: MessageId): Promise<void> {
    story.posting = undefined;
    if (!posted.includes(message)) posted.push(message);
    await checkpoint(story, [], deps);
  }

  async function owned<T>(write: () => Promise<T>): Promise<T> {
    wrote = false;
    try {
      const written = await write();
      await lease.check();
      return written;
    } catch (thrown) {
      await noteRefusal(thrown);
      const isKnown = toAppError(thrown).code === "superseded";
      if (wrote && (isKnown || (await isLost(lease)))) await leaveToMend(isKnown ? 0 : requestMs);
      throw thrown;
    }
  }

  /** A message that was refused doesn't stand: nobody has to look for it. */
  async function noteRefusal(thrown: unknown): Promise<void> {
    if (story.posting === undefined || toAppError(thrown).code !== "platform_refused") return;
    story.posting = undefined;
    await checkpoint(story, [], deps).catch(() => undefined);
  }

  async function leaveToMend(delayMs: number): Promise<void> {
    const overwritten: ReplyOverwritten = {
      kind: "overwritten",
      place: last.place,
      conversation: last.conversation,
      cause,
      asker: last.author.id,
      messages: [...posted],
    };
    await deps.storage.queue.enqueue({
      key: last.conversation,
      ids: [`overwritten/${cause}/${claim.token}`],
      payload: overwritten,
      lane: "control",
      runAt: deps.ambient.now() + delayMs,
    });
  }

  return {
    show: (parts, options) => owned(() => reply.show(parts, { ...options, check, onPosting, onPosted })),
    remove: (signal) => owned(() => reply.remove({ signal, check })),
  };
}

async function isLost(lease: Lease): Promise<boolean> {
  return lease.check().then(
    () => false,
    (error: unknown) => toAppError(error).code === "superseded",
  );
}
