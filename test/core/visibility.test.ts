import { PermissionFlagsBits as P } from "discord-api-types/v10";
import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";

import { audienceKey, audiencesForAnswer } from "../../src/core/visibility.ts";
import type { ChannelId, PersonId, ThreadId, WorkspaceId } from "../../src/core/ids.ts";
import { createDice } from "../support/made-ledger.ts";
import { askAround, withoutFilter, withoutRule } from "../support/permission-worlds/leaks.ts";
import { makeListedWorld } from "../support/permission-worlds/listed-world.ts";
import { makeRoleWorld, permissionsOf, readsWith } from "../support/permission-worlds/role-world.ts";
import { pick } from "../support/permission-worlds/world.ts";
import type { PermissionWorld, Spot } from "../support/permission-worlds/world.ts";

const seeds = integer({ min: 1 });

describe("what is found", () => {
  test("can be read by everybody who is shown it, whatever the workspace and however little of it is known", () => {
    assert(
      property(seeds, (seed) => {
        expect(askAround(100, seed)).toMatchObject({ cases: 100, leaks: 0 });
      }),
      { numRuns: 100 },
    );
  });

  test("is more than nothing", () => {
    expect(askAround(1_000, 1).found).toBeGreaterThan(1_000);
  });

  test.each([
    ["the audience rule", withoutRule],
    ["the filter", withoutFilter],
  ])("would leak without %s", (_what, broken) => {
    expect(askAround(1_000, 1, broken).leaks).toBeGreaterThan(50);
  });
});

/** Where everything is known, the rule leaves out no more than it has to. */
describe("a public answer uses all that", () => {
  const people = (count: number) => ({ numRuns: count });

  function shown(world: PermissionWorld, asker: PersonId, here: Spot): readonly string[] {
    const found = audiencesForAnswer(world.facts(asker, here), asker, "public", undefined);
    return [...found].toSorted();
  }

  const keysOf = (spots: readonly Spot[]) => spots.map(({ audience }) => audienceKey(audience)).toSorted();

  test("the people in a private channel read", () => {
    assert(
      property(seeds, (seed) => {
        const dice = createDice(seed);
        const world = makeListedWorld(dice, 0);
        const closed = world.spots.filter((spot) => spot.type !== "public");
        if (closed.length === 0) return;
        const here = pick(dice, closed);
        const along = world.people.filter((person) => world.hears(person, here));
        if (along.length === 0) return;
        const asker = pick(dice, along);
        const truth = world.spots.filter(
          (spot) => !spot.isDirect && along.every((person) => world.reads(person, spot)),
        );
        expect(shown(world, asker, here)).toEqual(keysOf(truth));
      }),
      people(1_000),
    );
  });

  test("everybody reads who could see the channel, with whatever roles", () => {
    assert(
      property(seeds, (seed) => {
        const dice = createDice(seed);
        const world = makeRoleWorld(dice, 0);
        const open = world.spots.filter(({ audience }) => !audience.privateThread);
        const here = pick(dice, open);
        const asker = pick(dice, world.people);
        const roles = [...world.guild.roles.keys()].slice(1);
        const combinations = Array.from({ length: 2 ** roles.length }, (_, bits) =>
          roles.filter((_role, at) => (bits & (1 << at)) !== 0),
        );
        const truth = open.filter((spot) => {
          const leaks = combinations.some((held) => {
            const nobody = { id: "nobody" as PersonId, roles: held };
            const sees = (permissionsOf(world.guild, nobody, here) & P.ViewChannel) !== 0n;
            return sees && !readsWith(permissionsOf(world.guild, nobody, spot), spot);
          });
          const members = world.people.filter((person) => world.hears(person, here));
          return !leaks && [...members, asker].every((person) => world.reads(person, spot));
        });
        expect(shown(world, asker, here)).toEqual(keysOf(truth));
      }),
      people(1_000),
    );
  });
});

describe("an audience's key", () => {
  const place = { platform: "discord", workspace: "1" as WorkspaceId, channel: "2" as ChannelId } as const;

  test("is one for a channel, and another one for each private thread in it", () => {
    const keys = [{}, { privateThread: "3" as ThreadId }, { privateThread: "4" as ThreadId }].map((thread) =>
      audienceKey({ ...place, ...thread }),
    );
    expect(new Set(keys).size).toBe(3);
    expect(audienceKey({ ...place, channel: "2/3" as ChannelId })).not.toBe(keys[1]);
  });
});
