import { conversationKey } from "../../core/conversation.ts";
import { AppError } from "../../core/errors.ts";
import type { ThreadId } from "../../core/ids.ts";
import type { PlatformThread, ThreadList } from "../../core/platform-thread.ts";
import type { MessageStore, PlaygroundMessage } from "./messages.ts";
import { placeOf } from "./parse.ts";
import { throwIfAborted } from "./refusals.ts";
import { spotOf } from "./view.ts";
import { findChannel, workspaceId } from "./workspace.ts";
import type { Channel } from "./workspace.ts";

/** Messages of the channel that are looked at for one page. */
const pageSize = 200;

/** The threads of a channel. A page goes on after where a message stood, whether or not it still does. */
export function createListThreads(store: MessageStore): ThreadList["threads"] {
  return async function threads({ workspace, channel: id }, { after, limit }, signal) {
    throwIfAborted(signal);
    const channel = workspace === workspaceId ? findChannel(id) : undefined;
    if (!channel) throw new AppError("platform_refused", "there is no such channel in the playground");
    if (channel.kind === "direct")
      throw new AppError("platform_refused", "a direct channel has no threads: name another one");
    const from = after === undefined ? undefined : readCursor(after);
    const messages = await store.listAfter({ channel: id }, pageSize, from);
    const facts = await store.threads(id, messages.map(threadOf));
    const roots = messages.filter((_root, index) => (facts[index]?.replies ?? 0) > 0);
    const told = roots.slice(0, limit);
    const isCut = told.length < roots.length;
    const last = isCut ? told.at(-1) : messages.at(-1);
    const hasMore = isCut || messages.length === pageSize;
    return {
      threads: await Promise.all(told.map((root) => tell(root, channel))),
      ...(hasMore && last && { next: `${last.sentAt}/${last.id}` }),
    };
  };

  async function tell(root: PlaygroundMessage, channel: Channel): Promise<PlatformThread> {
    const place = placeOf(root, channel);
    const [newest] = await store.list(spotOf(place), 1);
    return {
      place,
      conversation: conversationKey(place),
      root: root.id,
      ...(newest && { lastAt: newest.sentAt }),
    };
  }
}

function threadOf({ id }: PlaygroundMessage): ThreadId {
  return id as string as ThreadId;
}

/** @throws AppError `platform_refused` */
function readCursor(after: string): { readonly order: number; readonly id: string } {
  const [, order, id] = /^(\d+(?:\.\d+)?)\/([\w-]+)$/.exec(after) ?? [];
  if (order === undefined || id === undefined)
    throw new AppError("platform_refused", "the list went on from a place that is none: begin it anew");
  return { order: Number(order), id };
}
