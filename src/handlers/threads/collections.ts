import { joinKey } from "../../core/ids.ts";
import type { Place } from "../../core/event.ts";
import type { Vectors } from "../../core/vectors.ts";

/** The collections in which vectors of a workspace stand: one, and an earlier one until all of it was indexed again. */
export type CollectionsOf = (place: Pick<Place, "platform" | "workspace">) => Promise<readonly string[]>;

export function createCollectionsOf(vectors: Pick<Vectors, "collections">): CollectionsOf {
  return async ({ platform, workspace }) => {
    const prefix = `${joinKey("threads", platform, workspace)}/`;
    return (await vectors.collections()).filter((name) => name.startsWith(prefix));
  };
}

export function isThreadCollection(name: string): boolean {
  return name.startsWith(joinKey("threads", ""));
}
