import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Place } from "../../src/core/event.ts";
import type { ChannelId, PlatformName, ThreadId, WorkspaceId } from "../../src/core/ids.ts";
import { bindingId, bindingIdsFor } from "../../src/core/persona-binding.ts";
import type { BindingScope } from "../../src/core/persona-binding.ts";

// Few ids, and awkward ones, so that places often share a part and never a meaning.
const id = fc.constantFrom("a", "b", "a/b", "thread", "", "%2F");
const place = fc
  .record({
    platform: fc.constantFrom<PlatformName>("slack", "discord"),
    workspace: id.map((each) => each as WorkspaceId),
    channel: id.map((each) => each as ChannelId),
    category: fc.option(
      fc.constantFrom("a", "b").map((each) => each as ChannelId),
      { nil: undefined },
    ),
    thread: fc.option(
      fc.constantFrom("a", "b").map((each) => each as ThreadId),
      { nil: undefined },
    ),
  })
  .map(({ category, thread, ...rest }): Place => ({
    ...rest,
    ...(category !== undefined && { category }),
    ...(thread !== undefined && { thread }),
  }));
const scopes: readonly BindingScope[] = ["thread", "channel", "category", "workspace"];
const binding = fc.record({ scope: fc.constantFrom(...scopes), place });

/** The same rule in other words: a binding holds where all that its scope names is the same. */
function holds({ scope, place: bound }: { scope: BindingScope; place: Place }, there: Place): boolean {
  if (bound.platform !== there.platform || bound.workspace !== there.workspace) return false;
  if (scope === "workspace") return true;
  if (scope === "category") return bound.category !== undefined && bound.category === there.category;
  if (bound.channel !== there.channel) return false;
  return scope === "channel" || (bound.thread !== undefined && bound.thread === there.thread);
}

describe("bindings", () => {
  it("hold where their scope is the same, the nearest first", () => {
    fc.assert(
      fc.property(fc.array(binding, { maxLength: 12 }), place, (bindings, there) => {
        const byId = new Map(
          bindings.flatMap((each) => {
            const key = bindingId(each.scope, each.place);
            return key === undefined ? [] : [[key, each] as const];
          }),
        );
        const found = bindingIdsFor(there).flatMap((key) => byId.get(key) ?? []);
        const holding = new Set(bindings.filter((each) => holds(each, there)).map(({ scope }) => scope));
        expect(found.map(({ scope }) => scope)).toEqual(scopes.filter((scope) => holding.has(scope)));
        expect(found.every((each) => holds(each, there))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
