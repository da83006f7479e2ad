import type { Change, WorkspacePlace } from "./channel-settings.ts";
import type { Place } from "./event.ts";
import { joinKey } from "./ids.ts";

/** How far the choice of a persona reaches. */
export type BindingScope = "workspace" | "category" | "channel" | "thread";

/** Which persona answers in a place and in everything below it. */
export interface PersonaBinding {
  readonly scope: BindingScope;
  readonly place: Place;
  readonly persona: string;
  readonly change: Change;
}

/** The nearer one goes before the wider one. */
const nearestFirst: readonly BindingScope[] = ["thread", "channel", "category", "workspace"];

/** Names what a scope means in a place; `undefined` where there is no such thing, as a thread in a bare channel. */
export function bindingId(scope: BindingScope, place: Place): string | undefined {
  const { platform, workspace, category, channel, thread } = place;
  switch (scope) {
    case "workspace":
      return joinKey(platform, workspace, scope);
    case "category":
      return category && joinKey(platform, workspace, scope, category);
    case "channel":
      return joinKey(platform, workspace, scope, channel);
    case "thread":
      return thread && joinKey(platform, workspace, scope, channel, thread);
    default:
      return scope satisfies never;
  }
}

/** The bindings that hold in a place, the nearest first. */
export function bindingIdsFor(place: Place): readonly string[] {
  return nearestFirst.map((scope) => bindingId(scope, place)).filter((id) => id !== undefined);
}

/** Whether a binding holds anywhere but in this channel. */
export function reachesBeyond({ scope, place }: PersonaBinding, here: WorkspacePlace & Place): boolean {
  return scope === "workspace" || scope === "category" || place.channel !== here.channel;
}
