import { createBoundedMap } from "../../core/bounded-map.ts";
import type { Rights } from "../../core/command/permissions.ts";
import type { Platform } from "../../core/platform.ts";
import type { Now } from "../../core/ports.ts";
import type { WebSessions } from "../../core/stores.ts";
import type { ViewedPlace, Viewer } from "../../core/viewer.ts";

/** Who looks, and what they may see now. */
export interface Seen {
  readonly name: string;
  readonly isOperator: boolean;
  readonly rights: Rights;
  /** Where they look; an operator chooses. */
  readonly place: ViewedPlace | undefined;
  readonly workspaces: readonly WorkspaceChoice[];
}

export interface WorkspaceChoice {
  /** `platform/workspace`, by which it is chosen. */
  readonly id: string;
  readonly name: string;
}

/** @throws AppError `platform_*` where nobody can say what the person may see */
export type WhoViews = (viewer: Viewer, chosen: string | undefined) => Promise<Seen>;

/** Somebody who is no admin any more sees no more after so long. */
const rightsKeptMs = 30_000;
const lookUpMs = 10_000;
const maxWorkspaces = 200;

export function createWhoViews(deps: {
  readonly platformOf: (place: ViewedPlace) => Platform;
  /** People who are admins by the config. */
  readonly admins: readonly string[];
  readonly sessions: Pick<WebSessions, "workspaces">;
  readonly now: Now;
}): WhoViews {
  const { platformOf, admins, sessions, now } = deps;
  const known = createBoundedMap<Promise<Seen>>({ maxSize: 1_000, ttlMs: rightsKeptMs, now });

  async function lookUp({ person, place }: Extract<Viewer, { kind: "person" }>): Promise<Seen> {
    const signal = AbortSignal.timeout(lookUpMs);
    const platform = platformOf(place);
    const [facts, rights, isReader] = await Promise.all([
      platform.person(place.workspace, person, signal),
      platform.rights(place, person, signal),
      platform.canRead(place.workspace, person, place.channel, signal),
    ]);
    const isAdmin = facts !== undefined && (rights.isAdmin || admins.includes(person));
    const isChannelManager = isAdmin || (facts !== undefined && isReader && rights.isChannelManager);
    return {
      name: facts?.name ?? "",
      isOperator: false,
      rights: { isAdmin, isChannelManager },
      place,
      workspaces: [],
    };
  }

  return async (viewer, chosen) => {
    if (viewer.kind === "person") {
      const key = JSON.stringify(viewer);
      const kept = known.get(key);
      if (kept) return kept;
      const looking = lookUp(viewer);
      known.set(key, looking);
      looking.catch(() => known.delete(key));
      return looking;
    }
    const places = await sessions.workspaces(maxWorkspaces);
    const workspaces = places.map((place) => ({
      id: `${place.platform}/${place.workspace}`,
      name: `${platformOf(place).workspaceName(place.workspace) ?? place.workspace} (${place.platform})`,
    }));
    const index = Math.max(
      0,
      workspaces.findIndex(({ id }) => id === chosen),
    );
    const rights = { isAdmin: true, isChannelManager: true };
    return { name: "", isOperator: true, rights, place: places[index], workspaces };
  };
}
