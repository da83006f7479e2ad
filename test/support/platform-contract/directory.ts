import { describe, expect, test } from "vitest";

import type { ChannelId, PersonId, WorkspaceId } from "../../../src/core/ids.ts";
import { never } from "./harness.ts";
import type { OpenHarness, Who } from "./harness.ts";

const everybody: readonly Who[] = ["admin", "member", "guest"];

/** Who is who, and who sees what. */
export function testDirectory(open: OpenHarness): void {
  describe("who sees what", () => {
    test("is what the platform lets them see", async () => {
      await using harness = await open();
      const { platform, channels, people } = harness;
      const truth: string[] = [];
      const said: string[] = [];
      for (const channel of channels) {
        for (const who of everybody) {
          const canRead = await platform.canRead(channel.workspace, people[who].id, channel.id, never);
          const sees = harness.canSee(who, channel);
          // Of a channel that it isn't in, Parley may know too little; never too much.
          if (channel.facts === undefined && !canRead) continue;
          truth.push(`${who} ${sees ? "sees" : "doesn't see"} ${channel.title}`);
          said.push(`${who} ${canRead ? "sees" : "doesn't see"} ${channel.title}`);
        }
      }
      expect(said).toEqual(truth);
      expect(truth.some((line) => line.includes("doesn't see"))).toBe(true);
    });

    test("asked again is the same, one person after the other", async () => {
      await using harness = await open();
      const { platform, people, channels } = harness;
      for (const channel of channels.filter(({ facts }) => facts?.kind === "private")) {
        for (const who of [...everybody, ...everybody.toReversed()])
          expect(await platform.canRead(channel.workspace, people[who].id, channel.id, never)).toBe(
            harness.canSee(who, channel),
          );
      }
    });

    test("is nothing for who or what isn't there", async () => {
      await using harness = await open();
      const { platform, people, channels } = harness;
      const [channel] = channels;
      if (!channel) throw new Error("there are no channels");
      const { workspace, id } = channel;
      const [nobody, nowhere] = ["900000000000000001" as PersonId, "900000000000000002" as ChannelId];
      const elsewhere = "900000000000000003" as WorkspaceId;
      expect(await platform.canRead(workspace, nobody, id, never)).toBe(false);
      expect(await platform.canRead(workspace, people.admin.id, nowhere, never)).toBe(false);
      expect(await platform.canRead(elsewhere, people.admin.id, id, never)).toBe(false);
    });
  });

  describe("who is who", () => {
    test("people have a name, and rights", async () => {
      await using harness = await open();
      const { platform, people, channels } = harness;
      const workspace = channels.find(({ facts }) => facts?.kind === "public")?.workspace as WorkspaceId;
      for (const who of everybody) {
        const { id, ...facts } = people[who];
        expect(await platform.person(workspace, id, never)).toEqual(facts);
        expect(await platform.person(workspace, id, never)).toEqual(facts);
      }
      expect(await platform.person(workspace, "900000000000000001" as PersonId, never)).toBeUndefined();
    });

    test("channels have a name, and are public, private or direct", async () => {
      await using harness = await open();
      const { platform, channels } = harness;
      const kinds = new Set<string>();
      for (const { workspace, id, facts } of channels) {
        if (!facts) continue;
        kinds.add(facts.kind);
        const found = await platform.channel(workspace, id, never);
        expect(found).toEqual(facts.kind === "direct" ? { ...facts, name: expect.any(String) } : facts);
      }
      expect([...kinds].toSorted()).toEqual(["direct", "private", "public"]);
      const workspace = channels[0]?.workspace as WorkspaceId;
      expect(await platform.channel(workspace, "900000000000000002" as ChannelId, never)).toBeUndefined();
    });
  });
}
