import { createHash } from "node:crypto";

import {
  joinKey,
  personKey,
  type CauseId,
  type ChannelId,
  type MessageId,
  type PersonId,
  type ThreadId,
} from "../../core/ids.ts";
import type { Button, OutgoingMessage } from "../../core/platform.ts";
import type { Now } from "../../core/ports.ts";
import type { Operation, Storage } from "../../core/storage.ts";
import type { FileView } from "./shelf.ts";
import { workspaceId } from "./workspace.ts";

export type OnBehalfOf = NonNullable<OutgoingMessage["onBehalfOf"]>;

export interface PlaygroundMessage {
  readonly id: MessageId;
  readonly channel: ChannelId;
  /** The root of the thread it answers in; missing for what stands in the channel itself. */
  readonly thread?: ThreadId;
  readonly author: PersonId;
  readonly text: string;
  readonly sentAt: number;
  readonly revision: number;
  readonly editedAt?: number;
  /** The page's id of the last edit: sending it again is the same edit. */
  readonly editId?: string;
  /** The page's own id of it: sent again under this it is the same message. */
  readonly clientId?: string;
  /** Why Parley posted it. */
  readonly cause?: CauseId;
  readonly buttons?: readonly Button[];
  /** Kept on the shelf for as long as the process lives. */
  readonly files?: readonly FileView[];
  /** Whose words Parley says, in its own message. */
  readonly onBehalfOf?: OnBehalfOf;
  /** More text is to come, also from another process. */
  readonly unfinished?: true;
  /** The root of a thread stands on, empty, when it is deleted. */
  readonly deletedAt?: number;
}

/** Where a message stands: a channel, or a thread in it. */
export interface Spot {
  readonly channel: ChannelId;
  readonly thread?: ThreadId;
}

export interface ThreadFacts {
  readonly replies: number;
  readonly people: readonly PersonId[];
}

/** A message whose event nobody has taken in yet. */
export interface Undelivered extends Spot {
  readonly id: MessageId;
}

/** One id for everything that a page (or a cause) says again under the same parts. */
export function messageId(...parts: readonly string[]): MessageId {
  return `m${createHash("sha256")
    .update(joinKey(...parts))
    .digest("base64url")
    .slice(0, 22)}` as MessageId;
}

const undeliveredKey = joinKey("playground", "undelivered");
const logKey = ({ channel, thread }: Spot): string =>
  joinKey("playground", "messages", channel, ...(thread ? [thread] : []));
const threadKey = (channel: ChannelId, root: ThreadId): string =>
  joinKey("playground", "thread", channel, root);
const causeKey = (cause: CauseId): string => joinKey("playground", "cause", cause);

export type MessageStore = ReturnType<typeof createMessageStore>;

/** The platform's own memory: what was said, in the log of its channel or thread, and who takes part in each thread. */
export function createMessageStore(storage: Storage, now: Now) {
  let lastAt = 0;
  /** Two messages of one millisecond keep their order. */
  const nextAt = (): number => (lastAt = Math.max(now(), lastAt + 0.001));

  const get = async (spot: Spot, id: MessageId): Promise<PlaygroundMessage | undefined> =>
    (await storage.log.get<PlaygroundMessage>(logKey(spot), id))?.value;

  const listAfter = async (
    spot: Spot,
    limit: number,
    after?: { readonly order: number; readonly id: string },
  ): Promise<readonly PlaygroundMessage[]> => {
    const entries = await storage.log.range<PlaygroundMessage>(logKey(spot), {
      direction: "newestFirst",
      limit,
      ...(after && { after: { order: after.order, id: after.id } }),
    });
    return entries.map((entry) => entry.value);
  };

  const threads = async (channel: ChannelId, roots: readonly ThreadId[]): Promise<readonly ThreadFacts[]> => {
    const sums = await storage.counters.read(roots.map((root) => threadKey(channel, root)));
    return sums.map((fields) => ({
      replies: Math.max(0, fields["replies"] ?? 0),
      people: Object.entries(fields).flatMap(([field, sum]) =>
        field.startsWith("by:") && sum > 0 ? [field.slice(3) as PersonId] : [],
      ),
    }));
  };

  return {
    nextAt,
    get,

    /** Stores what a person says, to be delivered. Answers what stands under the id, or nothing where it was deleted. */
    async say(message: PlaygroundMessage): Promise<PlaygroundMessage | undefined> {
      const entry: Undelivered = {
        id: message.id,
        channel: message.channel,
        ...(message.thread && { thread: message.thread }),
      };
      await storage.commit([
        put(message),
        ...count(message, 1),
        {
          op: "log.put",
          key: undeliveredKey,
          id: message.id,
          order: message.sentAt,
          revision: 1,
          value: entry,
        },
      ]);
      return get(message, message.id);
    },

    async markDelivered(ids: readonly MessageId[]): Promise<void> {
      await storage.commit(ids.map((id) => ({ op: "log.remove", key: undeliveredKey, id })));
    },

    async undelivered(): Promise<readonly Undelivered[]> {
      const entries = await storage.log.range<Undelivered>(undeliveredKey, {
        direction: "oldestFirst",
        limit: 1000,
      });
      return entries.map((entry) => entry.value);
    },

    /** Stores what Parley says, findable by its cause. A message that was deleted stays deleted. */
    async post(message: PlaygroundMessage & { readonly cause: CauseId }): Promise<void> {
      const spot: Undelivered = {
        id: message.id,
        channel: message.channel,
        ...(message.thread && { thread: message.thread }),
      };
      await storage.commit([
        put(message),
        ...count(message, 1),
        {
          op: "log.put",
          key: causeKey(message.cause),
          id: message.id,
          order: message.sentAt,
          revision: 1,
          value: spot,
        },
      ]);
    },

    /** Ids of everything that was ever posted under a cause, in order, deleted ones included. */
    async postedUnder(cause: CauseId): Promise<readonly MessageId[]> {
      const entries = await storage.log.range<Undelivered>(causeKey(cause), {
        direction: "oldestFirst",
        limit: 1000,
      });
      return entries.map((entry) => entry.value.id);
    },

    async replace(message: PlaygroundMessage): Promise<void> {
      await storage.commit([put(message)]);
    },

    /** Takes a message away; where a thread hangs on it, an empty one stays. Answers what is left. */
    async remove(message: PlaygroundMessage): Promise<PlaygroundMessage | undefined> {
      const [facts] = message.thread
        ? []
        : await threads(message.channel, [message.id as string as ThreadId]);
      if (facts && facts.replies > 0) {
        const left = { ...message, text: "", revision: message.revision + 1, deletedAt: now() };
        await storage.commit([put(left), ...count(message, -1)]);
        return left;
      }
      await storage.commit([
        { op: "log.remove", key: logKey(message), id: message.id },
        ...count(message, -1),
      ]);
      return undefined;
    },

    /** Newest first; `before` is a message of the same spot. */
    async list(spot: Spot, limit: number, before?: MessageId): Promise<readonly PlaygroundMessage[]> {
      const last = before && (await storage.log.get<PlaygroundMessage>(logKey(spot), before));
      return before && !last ? [] : listAfter(spot, limit, last);
    },
    /** The same after where a message stands, or once stood. */
    listAfter,

    /** One a root, in the order asked for. */
    threads,
  };
}

function put(message: PlaygroundMessage): Operation {
  return {
    op: "log.put",
    key: logKey(message),
    id: message.id,
    order: message.sentAt,
    revision: message.revision,
    // A model's text may end in half a character, which UTF-8 has no form for.
    value: { ...message, text: message.text.toWellFormed() },
    people: [personKey("playground", workspaceId, message.author)],
  };
}

/** What the message adds to the counts of its thread, or takes from them. */
function count(message: PlaygroundMessage, step: 1 | -1): readonly Operation[] {
  if (!message.thread) return [];
  const key = threadKey(message.channel, message.thread);
  const fields = { replies: step, [`by:${message.author}`]: step };
  return [
    { op: "counters.add", key, fields, once: joinKey("playground", message.id, step === 1 ? "in" : "out") },
  ];
}
