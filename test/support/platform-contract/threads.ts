import { describe, expect, test } from "vitest";

import type { ChannelPlace } from "../../../src/core/channel-settings.ts";
import type { MessageCreated } from "../../../src/core/event.ts";
import type { ChannelId, MessageId, WorkspaceId } from "../../../src/core/ids.ts";
import type { PlatformThread } from "../../../src/core/platform-thread.ts";
import { ask, never } from "./harness.ts";
import type { Harness, OpenHarness, Room, Said } from "./harness.ts";

/** Longer than the pages of any platform. */
const longThread = 230;
const maxPages = 50;

interface Thread {
  readonly root: Said;
  readonly reply: Said;
  readonly replied: MessageCreated;
}

/** A message and one reply to it. */
async function talk(harness: Harness, room: Room, text: string): Promise<Thread> {
  const root = await harness.say({ as: "member", room, text });
  const reply = await harness.say({ as: "admin", room, thread: root.id, text: `${text}!` });
  return { root, reply, replied: await harness.intake.message(reply.id) };
}

const channelOf = ({ replied: { place } }: Thread): ChannelPlace => ({
  platform: place.platform,
  workspace: place.workspace,
  channel: place.channel,
});

/** All that is told after a page, page by page. */
async function list(
  { platform }: Harness,
  channel: ChannelPlace,
  limit: number,
  from?: string,
): Promise<readonly PlatformThread[]> {
  const found: PlatformThread[] = [];
  let after = from;
  for (let page = 0; page < maxPages; page++) {
    const { threads, next } = await platform.threads(
      channel,
      { limit, ...(after !== undefined && { after }) },
      never,
    );
    expect(threads.length).toBeLessThanOrEqual(limit);
    found.push(...threads);
    if (next === undefined) return found;
    after = next;
  }
  throw new Error("the list has no end");
}

const rootsOf = (threads: readonly PlatformThread[]): readonly MessageId[] => threads.map(({ root }) => root);

/** Which threads a channel has. */
export function testThreads(open: OpenHarness): void {
  describe("the threads of a channel", () => {
    test.each([1, 3, 50])("are told newest first, all of them and once, by %i", async (limit) => {
      await using harness = await open();
      const threads: Thread[] = [];
      for (const text of ["one", "two", "three", "four"]) {
        await harness.say({ as: "member", room: "public", text: `only ${text}` });
        threads.unshift(await talk(harness, "public", text));
      }
      const oldest = threads.at(-1);
      const elsewhere = await talk(harness, "private", "elsewhere");
      if (!oldest) throw new Error("nothing was said");
      const spot = { as: "member", room: "public", thread: oldest.root.id } as const;
      const { sentAt } = await ask(harness, { ...spot, text: "once more" });
      const found = await list(harness, channelOf(oldest), limit);
      expect(rootsOf(found)).toEqual(threads.map(({ root }) => root.id));
      expect(rootsOf(await list(harness, channelOf(elsewhere), limit))).toEqual([elsewhere.root.id]);
      for (const [index, { replied }] of threads.entries()) {
        const { replyTo: _, ...place } = replied.place;
        expect(found[index]).toMatchObject({ place, conversation: replied.conversation });
        expect(found[index]?.isPrivate).toBeUndefined();
      }
      expect(Math.abs((found.at(-1)?.lastAt ?? 0) - sentAt)).toBeLessThan(1_000);
    });

    test("are told on from where a page ended, by another process too, though that is gone", async () => {
      await using harness = await open();
      const threads: Thread[] = [];
      for (const text of ["one", "two", "three"]) threads.unshift(await talk(harness, "public", text));
      const [latest, ...older] = threads;
      if (!latest) throw new Error("nothing was said");
      const channel = channelOf(latest);
      const { threads: told, next } = await harness.platform.threads(channel, { limit: 1 }, never);
      expect(rootsOf(told)).toEqual([latest.root.id]);
      await harness.remove(latest.reply);
      await harness.remove(latest.root);
      await harness.restart();
      const rest = await list(harness, channel, 1, next);
      expect(rootsOf(rest)).toEqual(older.map(({ root }) => root.id));
    });

    test("are told while something is left of them but their first message", async () => {
      await using harness = await open();
      const thread = await talk(harness, "public", "a question");
      const told = async () => rootsOf(await list(harness, channelOf(thread), 10));
      const [found] = await list(harness, channelOf(thread), 10);
      await harness.remove(thread.root);
      expect(await told()).toEqual([thread.root.id]);
      const history = found && (await harness.platform.history(found.place, 10, never));
      expect(history?.map(({ message }) => message)).toEqual([thread.reply.id]);
      await harness.remove(thread.reply);
      expect(await told()).toEqual([]);

      const second = await talk(harness, "public", "another");
      expect(await told()).toEqual([second.root.id]);
      await harness.remove(second.reply);
      expect(await told()).toEqual([]);
    });

    test("can be read whole, each message once", async () => {
      await using harness = await open();
      const { root, reply } = await talk(harness, "public", "a question");
      const said = [root.id, reply.id];
      for (let at = 0; at < longThread; at++) {
        const text = `word ${at}`;
        said.push((await harness.say({ as: "member", room: "public", thread: root.id, text })).id);
      }
      const { place } = await harness.intake.message(reply.id);
      const { replyTo: _, ...thread } = place;
      const history = await harness.platform.history(thread, 1_000, never);
      expect(history.map(({ message }) => message)).toEqual(said.toReversed());
    });

    test("are refused where there are none, and where Parley may not read them", async () => {
      await using harness = await open();
      const { platform, closed } = harness;
      const here = channelOf(await talk(harness, "public", "a question"));
      const direct = await ask(harness, { as: "member", room: "direct", text: "a question" });
      const { workspace, channel } = direct.place;
      const refused: readonly ChannelPlace[] = [
        { ...here, workspace, channel },
        { ...here, channel: "900000000000000002" as ChannelId },
        { ...here, workspace: "900000000000000003" as WorkspaceId },
        ...(closed === undefined ? [] : [{ ...here, channel: closed }]),
      ];
      for (const each of refused) {
        const asked = platform.threads(each, { limit: 10 }, never);
        await expect(asked).rejects.toMatchObject({ code: "platform_refused" });
      }
      const astray = platform.threads(here, { limit: 10, after: "nowhere" }, never);
      await expect(astray).rejects.toMatchObject({ code: "platform_refused" });
      const given = platform.threads(here, { limit: 10 }, AbortSignal.abort());
      await expect(given).rejects.toMatchObject({ code: "aborted" });
    });
  });
}
