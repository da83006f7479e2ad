import { createConversations } from "../../src/adapters/storage/stores/conversations.ts";
import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { conversationKey, newConversation } from "../../src/core/conversation.ts";
import type { Turn } from "../../src/core/conversation.ts";
import { personKey } from "../../src/core/ids.ts";
import type { ChannelId, PersonId, ThreadId, WorkspaceId } from "../../src/core/ids.ts";
import { judge } from "../../src/core/moderation.ts";
import { messageCreated } from "./events.ts";
import { createMemoryLog } from "./log.ts";

/** A conversation of the playground: a direct channel, or a thread. */
export interface SeededPlace {
  readonly channel: string;
  readonly thread?: string;
}

/**
 * Puts turns into conversations of the playground, as if they had been said and answered there: half of them Parley's,
 * all judged, `tokensEach` as counted.
 */
export async function seedTurns(
  dataDir: string,
  places: readonly SeededPlace[],
  textOf: (turn: number) => string,
  count: number,
  tokensEach: number,
): Promise<void> {
  const storage = await openEmbeddedStorage({ dir: dataDir, now: Date.now, log: createMemoryLog() });
  const conversations = createConversations(storage);
  for (const { channel, thread } of places) {
    const place = {
      platform: "playground",
      workspace: "playground" as WorkspaceId,
      channel: channel as ChannelId,
      ...(thread !== undefined && { thread: thread as ThreadId }),
    } as const;
    const key = conversationKey(place);
    const id = "ada" as PersonId;
    const author = { person: personKey(place.platform, place.workspace, id), id, label: "" };
    const begun = Date.now() - count - 60_000;
    const event = messageCreated({ place, conversation: key, channelKind: "direct" });
    const turns = Array.from({ length: count }, (_, i): Turn => {
      const text = textOf(i);
      const asked = i % 2 === 0;
      return {
        id: `seeded-${i}`,
        role: asked ? "user" : "assistant",
        ...(asked && { author }),
        text,
        messages: [],
        at: begun + i,
        revision: 1,
        tokens: tokensEach,
        encoding: "o200k_base",
        verdict: judge(text, {}, {}),
      };
    });
    const operations = [
      conversations.saving(newConversation(event, begun)),
      ...turns.map((turn) => conversations.putting(key, turn)),
    ];
    for (let i = 0; i < operations.length; i += 500) await storage.commit(operations.slice(i, i + 500));
  }
  await storage.close();
}
