import type { Conversation, Turn } from "../../../core/conversation.ts";
import { joinKey, personKey } from "../../../core/ids.ts";
import type { ConversationKey, MessageId, PersonId } from "../../../core/ids.ts";
import type { Storage } from "../../../core/storage.ts";
import type { Conversations, MessagePlace, Reset } from "../../../core/stores.ts";

const collection = "conversations";
const resets = "conversation-resets";

/** Conversations as records, found by channel, person and last activity; their turns as a log each. */
export function createConversations({ records, log }: Pick<Storage, "records" | "log">): Conversations {
  const lastReset = async (key: string) => (await records.get<Reset>(resets, key))?.value;

  return {
    async get(key) {
      return (await records.get<Conversation>(collection, key))?.value;
    },

    async turn(key, id) {
      return (await log.get<Turn>(turnsOf(key), id))?.value;
    },

    async newest(key, limit, before) {
      const after = before && { order: before.at, id: before.id };
      const range = { direction: "newestFirst", limit, ...(after && { after }) } as const;
      const [entries, reset] = await Promise.all([log.range<Turn>(turnsOf(key), range), lastReset(key)]);
      const turns = entries.map((entry) => entry.value);
      return reset === undefined ? turns : turns.filter(({ at }) => at >= reset.before);
    },

    async recent(platform, since, limit) {
      const page = await records.list<Conversation>(collection, "platform", platform, {
        limit,
        order: "desc",
      });
      return page.items.map(({ value }) => value).filter(({ lastActiveAt }) => lastActiveAt >= since);
    },

    saving(conversation) {
      const { platform, workspace, channel } = conversation.place;
      const rank = conversation.lastActiveAt;
      const people = Object.keys(conversation.labels) as PersonId[];
      return {
        op: "records.put",
        collection,
        id: conversation.key,
        value: conversation,
        indexes: {
          platform: [{ value: platform, rank }],
          channel: [{ value: joinKey(platform, workspace, channel), rank }],
          person: people.map((person) => ({ value: personKey(platform, workspace, person), rank })),
        },
      };
    },

    putting(key, turn) {
      const people = turn.author ? [turn.author.person] : [];
      return {
        op: "log.put",
        key: turnsOf(key),
        id: turn.id,
        order: turn.at,
        revision: turn.revision,
        value: turn,
        people,
      };
    },

    removing(key, turnId) {
      return { op: "log.remove", key: turnsOf(key), id: turnId };
    },

    beginning(key, reset) {
      return [
        // A record of its own, as a reply that is being written saves the conversation as it knew it.
        { op: "records.put", collection: resets, id: key, value: reset },
        { op: "log.removeBefore", key: turnsOf(key), order: reset.before },
      ];
    },

    lastReset,

    importing(place, message, into) {
      return { op: "log.put", key: importsOf(place, message), id: into, order: 0, revision: 1, value: into };
    },

    async importedInto(place, message) {
      const range = { direction: "oldestFirst", limit: maxImports } as const;
      const entries = await log.range<ConversationKey>(importsOf(place, message), range);
      return entries.map(({ value }) => value);
    },
  };
}

/** Conversations that take in the same message; far more than people ever begin from one. */
const maxImports = 1_000;

function importsOf({ platform, workspace, channel }: MessagePlace, message: MessageId): string {
  return `imports/${joinKey(platform, workspace, channel, message)}`;
}

const turnsPrefix = "turns/";

function turnsOf(conversation: string): string {
  return turnsPrefix + conversation;
}

/** The conversation whose turns stand under a key of the log, where they do. */
export function conversationOfTurns(key: string): ConversationKey | undefined {
  return key.startsWith(turnsPrefix) ? (key.slice(turnsPrefix.length) as ConversationKey) : undefined;
}
