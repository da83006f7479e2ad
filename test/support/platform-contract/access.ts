import { describe, expect, test } from "vitest";

import type { Place } from "../../../src/core/event.ts";
import type { AudienceKey } from "../../../src/core/ids.ts";
import type { Visibility } from "../../../src/handlers/visible-audiences.ts";
import { never, question, until } from "./harness.ts";
import type { Harness, KnownChannel, OpenHarness, PlatformTraits, Who } from "./harness.ts";
import { visibilityOn } from "./visibility-on.ts";

const everybody: readonly Who[] = ["admin", "member", "guest"];

function placeOf({ platform }: Harness, { workspace, id, parent }: KnownChannel): Place {
  const at = { platform: platform.name, workspace };
  return parent === undefined
    ? { ...at, channel: id }
    : { ...at, channel: parent, thread: id as string as NonNullable<Place["thread"]> };
}

/** The audiences that people read by what the platform itself shows them; of channels unknown to Parley the second list. */
async function audiencesShownTo(harness: Harness, visibility: Visibility, readers: readonly Who[]) {
  const found = { known: new Set<AudienceKey>(), others: new Set<AudienceKey>() };
  for (const channel of harness.channels) {
    const key = await visibility.audienceOf(placeOf(harness, channel), never);
    if (key === undefined || !readers.every((who) => harness.canSee(who, channel))) continue;
    (channel.facts ? found.known : found.others).add(key);
  }
  return found;
}

/** Who may read what, as what may be searched hangs on it. */
export function testAccess({ moves }: PlatformTraits, open: OpenHarness): void {
  describe("what may be searched", () => {
    test.each(everybody)("by %s is what the platform shows them", async (who) => {
      await using harness = await open();
      const visibility = await visibilityOn(harness);
      const { known, others } = await audiencesShownTo(harness, visibility, [who]);
      for (const [workspace, place] of workspacesOf(harness)) {
        const { audiences, failed } = await visibility.forPerson(place, harness.people[who].id, never);
        expect(failed).toBeUndefined();
        const here = [...known].filter((key) => key.split("/")[1] === encodeURIComponent(workspace));
        expect([...audiences].filter((key) => !others.has(key)).toSorted()).toEqual(here.toSorted());
      }
    });

    test("is nothing that was said in a direct message", async () => {
      await using harness = await open();
      const visibility = await visibilityOn(harness);
      const { place } = await question(harness, "direct");
      expect(await visibility.audienceOf(place, never)).toBeUndefined();
      const { audiences } = await visibility.forAnswer(place, harness.people.member.id, "public", never);
      expect(audiences).toEqual(
        (await visibility.forPerson(place, harness.people.member.id, never)).audiences,
      );
    });

    test.each(["public", "private"] as const)(
      "for everybody in a %s channel is what all of them read",
      async (room) => {
        await using harness = await open();
        const visibility = await visibilityOn(harness);
        const { place } = await question(harness, room);
        const own = await visibility.audienceOf(place, never);
        const inThere = harness.channels.find(({ id }) => id === place.channel);
        if (own === undefined || !inThere) throw new Error("the room is no channel");
        const readers = everybody.filter((who) => harness.canSee(who, inThere));
        const { known, others } = await audiencesShownTo(harness, visibility, readers);
        const asker = harness.people.member.id;
        const { audiences } = await visibility.forAnswer(place, asker, "public", never);
        expect(audiences.has(own)).toBe(true);
        expect([...audiences].filter((key) => !known.has(key) && !others.has(key))).toEqual([]);
      },
    );

    test("for everybody in a private channel is also what is public, and not the other way round", async () => {
      await using harness = await open();
      const visibility = await visibilityOn(harness);
      const [open_, closed] = [await question(harness, "public"), await question(harness, "private")];
      const asker = harness.people.member.id;
      const [ofOpen, ofClosed] = await Promise.all(
        [open_, closed].map(({ place }) => visibility.audienceOf(place, never)),
      );
      const inOpen = await visibility.forAnswer(open_.place, asker, "public", never);
      const inClosed = await visibility.forAnswer(closed.place, asker, "public", never);
      const alone = await visibility.forAnswer(open_.place, asker, "private", never);
      const has = ({ audiences }: typeof alone) => [ofOpen, ofClosed].map((key) => key && audiences.has(key));
      expect([inOpen, inClosed, alone].map(has)).toEqual([
        [true, false],
        [true, true],
        [true, true],
      ]);
    });

    test.runIf(moves)("changes as people come and go", async () => {
      await using harness = await open();
      const visibility = await visibilityOn(harness);
      const { place } = await question(harness, "private");
      const key = await visibility.audienceOf(place, never);
      const sees = async (who: Who): Promise<boolean> => {
        const { audiences } = await visibility.forPerson(place, harness.people[who].id, never);
        return key !== undefined && audiences.has(key);
      };
      expect(await Promise.all(everybody.map(sees))).toEqual([true, true, false]);
      await harness.letIn("member", false);
      await until(async () => !(await sees("member")), "the revocation to take effect");
      await harness.letIn("guest", true);
      await until(() => sees("guest"), "the invitation to take effect");
      const { audiences } = await visibility.forAnswer(place, harness.people.admin.id, "public", never);
      const { known, others } = await audiencesShownTo(harness, visibility, ["admin", "guest"]);
      expect([...audiences].filter((key) => !known.has(key) && !others.has(key))).toEqual([]);
    });

    test("is nothing for who or in what isn't there", async () => {
      await using harness = await open();
      const visibility = await visibilityOn(harness);
      const { place } = await question(harness, "public");
      const nobody = "900000000000000001" as typeof harness.people.admin.id;
      expect((await visibility.forPerson(place, nobody, never)).audiences.size).toBe(0);
      const elsewhere = { ...place, workspace: "900000000000000003" as Place["workspace"] };
      const { audiences } = await visibility.forPerson(elsewhere, harness.people.admin.id, never);
      expect(audiences.size).toBe(0);
      expect(await visibility.audienceOf(elsewhere, never)).toBeUndefined();
    });
  });
}

/** The workspaces in which there is anything, with a place in each. */
function workspacesOf(harness: Harness): ReadonlyMap<string, Place> {
  return new Map(harness.channels.map((channel) => [channel.workspace, placeOf(harness, channel)]));
}
