import { createConversations } from "../../src/adapters/storage/stores/conversations.ts";
import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { conversationKey, newConversation } from "../../src/core/conversation.ts";
import type { Turn } from "../../src/core/conversation.ts";
import { personKey } from "../../src/core/ids.ts";
import type { ChannelId, PersonId, WorkspaceId } from "../../src/core/ids.ts";
import { judge } from "../../src/core/moderation.ts";
import { messageCreated } from "./events.ts";
import { createMemoryLog } from "./log.ts";

/**
 * Puts turns into the direct conversations of the playground, as if they had been said and answered there: half of them
 * Parley's, all judged, `tokensEach` as counted.
 */
export async function seedDirectTurns(
  dataDir: string,
  people: readonly string[],
  textOf: (turn: number) => string,
  count: number,
  tokensEach: number,
): Promise<void> {
  const storage = await openEmbeddedStorage({ dir: dataDir, now: Date.now, log: createMemoryLog() });
  const conversations = createConversations(storage);
  for (const person of people) {
    const place = {
      platform: "playground",
      workspace: "playground" as WorkspaceId,
      channel: `dm-${person}` as ChannelId,
    } as const;
    const key = conversationKey(place);
    const author = {
      person: personKey(place.platform, place.workspace, person as PersonId),
      id: person as PersonId,
      label: "",
    };
    const begun = Date.now() - count - 1_000;
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
