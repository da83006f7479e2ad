import { channelIn } from "../../core/conversation.ts";
import type { ChannelPlace } from "../../core/channel-settings.ts";
import { joinKey } from "../../core/ids.ts";
import type { ConversationKey } from "../../core/ids.ts";
import type { Operation } from "../../core/storage.ts";

/** What the inbox holds where a conversation is to be found as it stands by then. */
export interface IndexDue {
  readonly kind: "index";
  readonly place: ChannelPlace;
  readonly conversation: ConversationKey;
}

/** Changes of a conversation within this time are one reason to index it. */
const gatherMs = 2_000;
/** Longer than a change may be on its way into the store. */
const slackMs = 2_000;

/**
 * Puts a conversation into the inbox to be indexed, soon after the last of its changes. Those of one workspace go one batch
 * after the other.
 */
export function indexing(conversation: ConversationKey, now: number): Operation {
  const place = channelIn(conversation);
  const until = (Math.floor(now / gatherMs) + 1) * gatherMs;
  return {
    op: "queue.enqueue",
    key: indexKey(place),
    ids: [joinKey("index", conversation, String(until))],
    payload: { kind: "index", place, conversation } satisfies IndexDue,
    runAt: until + slackMs,
  };
}

export function indexKey({ platform, workspace }: Pick<ChannelPlace, "platform" | "workspace">): string {
  return joinKey("index", platform, workspace);
}
