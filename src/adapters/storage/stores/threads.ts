import { joinKey } from "../../../core/ids.ts";
import type { Storage } from "../../../core/storage.ts";
import type {
  Exclusion,
  ThreadExclusions,
  ThreadPage,
  ThreadPageOptions,
  Threads,
} from "../../../core/stores.ts";
import type { ThreadEntry } from "../../../core/threads/thread.ts";

const threads = "threads";
const hiddenChannels = "hidden-channels";
const optedOut = "opted-out";

export function createThreads({ records }: Pick<Storage, "records">): Threads {
  async function list(index: string, value: string, page: ThreadPageOptions): Promise<ThreadPage> {
    const found = await records.list<ThreadEntry>(threads, index, value, { ...page, order: "desc" });
    const items = found.items.map((record) => record.value);
    return { items, ...(found.next !== undefined && { next: found.next }) };
  }

  return {
    async get(conversation) {
      const stored = await records.get<ThreadEntry>(threads, conversation);
      return { value: stored?.value, version: stored?.version ?? 0 };
    },

    async getMany(conversations) {
      const found = await records.getMany<ThreadEntry>(threads, conversations);
      return found.map((stored) => stored?.value);
    },

    ofChannel: (place, page) => list("channel", channelKey(place), page),
    ofPerson: (person, page) => list("person", person, page),
    inCollection: (collection, page) => list("collection", collection, page),

    putting(entry, ifVersion) {
      const rank = entry.lastAt;
      return {
        op: "records.put",
        collection: threads,
        id: entry.conversation,
        value: entry,
        ifVersion,
        indexes: {
          channel: [{ value: channelKey(entry.place), rank }],
          collection: [{ value: entry.collection, rank }],
          person: entry.people.map((value) => ({ value, rank })),
        },
      };
    },

    removing: (conversation, ifVersion) => ({
      op: "records.delete",
      collection: threads,
      id: conversation,
      ...(ifVersion !== undefined && { ifVersion }),
    }),
  };
}

export function createThreadExclusions({ records }: Pick<Storage, "records">): ThreadExclusions {
  return {
    async channel(place) {
      const stored = await records.get<Exclusion>(hiddenChannels, channelKey(place));
      return { value: stored?.value, version: stored?.version ?? 0 };
    },

    async people(people) {
      const found = await records.getMany<Exclusion>(optedOut, people);
      return new Set(people.filter((_person, i) => found[i] !== undefined));
    },

    hiding: (place, change) => ({
      op: "records.put",
      collection: hiddenChannels,
      id: channelKey(place),
      value: change,
      indexes: { person: [{ value: change.by, rank: change.at }] },
    }),
    unhiding: (place) => ({ op: "records.delete", collection: hiddenChannels, id: channelKey(place) }),

    optingOut: (person, change) => ({
      op: "records.put",
      collection: optedOut,
      id: person,
      value: change,
      indexes: { person: [{ value: person, rank: change.at }] },
    }),
    optingIn: (person) => ({ op: "records.delete", collection: optedOut, id: person }),
  };
}

function channelKey({ platform, workspace, channel }: Parameters<ThreadExclusions["channel"]>[0]): string {
  return joinKey(platform, workspace, channel);
}
