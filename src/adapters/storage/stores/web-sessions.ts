import { AppError } from "../../../core/errors.ts";
import { joinKey, personKey } from "../../../core/ids.ts";
import type { Storage } from "../../../core/storage.ts";
import type { WebSessions } from "../../../core/stores.ts";
import type { SignInLink, Viewer, WebSession } from "../../../core/viewer.ts";

const links = "sign-in-links";
const sessions = "web-sessions";
const workspaces = "workspaces";
const due = "due";
const pageSize = 100;

export function createWebSessions({ records, commit }: Pick<Storage, "records" | "commit">): WebSessions {
  return {
    offering: (id, link) => ({
      op: "records.put",
      collection: links,
      id,
      value: link,
      ifVersion: 0,
      indexes: indexesOf(link.viewer, link.until),
    }),

    async take(id, now) {
      const stored = await records.get<SignInLink>(links, id);
      if (stored === undefined) return undefined;
      try {
        await commit([{ op: "records.delete", collection: links, id, ifVersion: stored.version }]);
      } catch (error) {
        if (error instanceof AppError && error.code === "version_conflict") return undefined;
        throw error;
      }
      return stored.value.until > now ? stored.value.viewer : undefined;
    },

    async session(id, now) {
      const session = (await records.get<WebSession>(sessions, id))?.value;
      return session !== undefined && session.until > now ? session : undefined;
    },

    opening: (id, session) => ({
      op: "records.put",
      collection: sessions,
      id,
      value: session,
      indexes: indexesOf(session.viewer, session.until),
    }),

    ending: (id) => ({ op: "records.delete", collection: sessions, id }),

    async sweep(now) {
      for (const collection of [links, sessions]) {
        const { items } = await records.list<{ readonly until: number }>(collection, due, due, {
          limit: pageSize,
        });
        const over = items.filter(({ value }) => value.until <= now);
        if (over.length > 0) await commit(over.map(({ id }) => ({ op: "records.delete", collection, id })));
      }
    },

    seeing: (place) => ({
      op: "records.put",
      collection: workspaces,
      id: joinKey(place.platform, place.workspace),
      value: place,
      indexes: { all: [{ value: "all" }] },
    }),

    async workspaces(limit) {
      const { items } = await records.list<Parameters<WebSessions["seeing"]>[0]>(workspaces, "all", "all", {
        limit,
      });
      return items.map(({ value }) => value);
    },
  };
}

function indexesOf(viewer: Viewer, until: number) {
  return {
    due: [{ value: due, rank: until }],
    ...(viewer.kind === "person" && {
      person: [
        { value: personKey(viewer.place.platform, viewer.place.workspace, viewer.person), rank: until },
      ],
    }),
  };
}
