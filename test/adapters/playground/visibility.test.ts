import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { ChannelId, PersonId } from "../../../src/core/ids.ts";
import { intent } from "../../support/intent.ts";
import {
  placeIn,
  reply,
  signal,
  startPlayground,
  watch,
  type PlaygroundServer,
} from "./playground-server.ts";
import { unfenced, unwatched } from "../../support/fence.ts";

const people = ["ada", "ben", "chloe", "gus"] as const;

/** Who sees what: one row a channel. */
const readers: readonly (readonly [channel: string, readers: readonly string[]])[] = [
  ["general", ["ada", "ben", "chloe"]],
  ["engineering", ["ada", "ben", "chloe"]],
  ["leadership", ["ada", "ben"]],
  ["guest-project", ["ada", "ben", "chloe", "gus"]],
  ["dm-ada", ["ada"]],
  ["dm-ben", ["ben"]],
  ["dm-chloe", ["chloe"]],
  ["dm-gus", ["gus"]],
];

const rows = readers.flatMap(([channel, allowed]) =>
  people.map((person) => ({ channel, person, may: allowed.includes(person) })),
);

describe("everyone sees what they may read and nothing else, on every route", () => {
  let playground: PlaygroundServer;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterAll(async () => {
    await playground[Symbol.asyncDispose]();
  });

  it.each(rows)("$person in $channel: $may", async ({ channel, person, may }) => {
    const author = readers.find(([name]) => name === channel)?.[1][0] ?? "";
    const root = await playground.post(author, channel, "@Parley root");
    const isDirect = channel.startsWith("dm-");
    const place = isDirect ? placeIn(channel) : placeIn(channel, root.id);
    const live = playground.platform.openReply(place, intent(randomUUID()));
    const [writing] = await live.show(["wri"], {
      final: false,
      buttons: [],
      ...unwatched(signal),
    });
    const base = `/api/channels/${channel}`;
    const thread = isDirect ? {} : { thread: root.id };
    const allowed = (status: number): number => (may ? status : 404);
    const statuses = {
      list: (await playground.call("GET", `${base}/messages?as=${person}`)).status,
      listBefore: (await playground.call("GET", `${base}/messages?as=${person}&before=${root.id}`)).status,
      thread: (await playground.call("GET", `${base}/threads/${root.id}?as=${person}`)).status,
      post: (
        await playground.call("POST", `${base}/messages`, { as: person, clientId: randomUUID(), text: "hi" })
      ).status,
      reply: (
        await playground.call("POST", `${base}/messages`, {
          as: person,
          clientId: randomUUID(),
          text: "hi",
          ...thread,
        })
      ).status,
      edit: (
        await playground.call("PUT", `${base}/messages/${root.id}`, {
          as: person,
          editId: randomUUID(),
          text: "x",
        })
      ).status,
      stop: (
        await playground.call("POST", `${base}/messages/${writing}/press`, {
          action: "stop",
          as: person,
          pressId: randomUUID(),
          ...thread,
        })
      ).status,
      remove: (await playground.call("DELETE", `${base}/messages/${root.id}`, { as: person })).status,
    };
    const isAuthor = person === author;
    expect(statuses).toEqual({
      list: allowed(200),
      listBefore: allowed(200),
      thread: isDirect ? 404 : allowed(200),
      post: allowed(201),
      reply: allowed(201),
      edit: allowed(isAuthor ? 200 : 403),
      stop: allowed(202),
      remove: allowed(isAuthor || person === "ada" ? 204 : 403),
    });
    await live.remove(unfenced(signal));
    const { workspace } = place;
    expect(
      await playground.platform.canRead(workspace, person as PersonId, channel as ChannelId, signal),
    ).toBe(may);
  });

  it.each(people)("%s is shown the channels that %s may read", async (person) => {
    const answer = await playground.call("GET", `/api/workspace?as=${person}`);
    const { channels, me } = (await answer.json()) as {
      channels: { id: string; invited?: unknown }[];
      me: string;
    };
    expect(me).toBe(person);
    expect(channels.map((channel) => channel.id)).toEqual(
      readers.filter(([, allowed]) => allowed.includes(person)).map(([id]) => id),
    );
    expect(channels.every((channel) => channel.invited === undefined)).toBe(true);
  });

  it("a message is no way into another channel", async () => {
    const { id } = await playground.post("ada", "leadership", "plans");
    const answers = await Promise.all([
      playground.call("GET", `/api/channels/guest-project/threads/${id}?as=gus`),
      playground.call("GET", `/api/channels/guest-project/messages?as=gus&before=${id}`),
      playground.call("PUT", `/api/channels/guest-project/messages/${id}`, {
        as: "ada",
        editId: randomUUID(),
        text: "x",
      }),
      playground.call("POST", "/api/channels/guest-project/messages", {
        as: "gus",
        clientId: randomUUID(),
        text: "x",
        thread: id,
      }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([404, 200, 404, 404]);
    expect(await answers[1].json()).toMatchObject({ messages: [] });
  });
});

describe("everyone hears of what they may read and nothing else, on the event stream", () => {
  it("of messages, growing replies, activity, threads and deletions", async () => {
    await using playground = await startPlayground();
    const pages = await Promise.all(people.map((person) => watch(playground.url, person)));
    for (const [channel, allowed] of readers) {
      const author = allowed[0] ?? "";
      const root = await playground.post(author, channel, `root in ${channel}`);
      const place = channel.startsWith("dm-") ? placeIn(channel) : placeIn(channel, root.id);
      await playground.platform.showActivity(place, signal);
      const live = playground.platform.openReply(place, intent(randomUUID()));
      for (const text of ["one", "one two"])
        await live.show([text], { final: false, buttons: [], ...unwatched(signal) });
      await playground.list(author, channel);
      if (place.thread) await playground.thread(author, channel, place.thread);
      await live.show(["one two three"], { final: true, buttons: [], ...unwatched(signal) });
      const extra = await reply(playground.platform, place, "to be deleted");
      await playground.platform.delete(place, extra, signal);
    }
    // The last thing that each may hear: a message in a place of their own.
    for (const [index, page] of pages.entries()) {
      const person = people[index] ?? "";
      await playground.post(person, `dm-${person}`, "the end");
      await page.until(() =>
        page.seen.some((event) => (event["message"] as { text?: string } | undefined)?.text === "the end"),
      );
      const heard = new Set(page.seen.flatMap((event) => (event["channel"] as string | undefined) ?? []));
      expect([...heard].toSorted()).toEqual(
        readers
          .filter(([, allowed]) => allowed.includes(person))
          .map(([channel]) => channel)
          .toSorted(),
      );
      expect(new Set(page.seen.map((event) => event.kind))).toEqual(
        new Set([
          "hello",
          "message",
          "grow",
          "activity",
          "removed",
          ...(person === "gus" ? ["thread"] : ["thread"]),
        ]),
      );
      await page.close();
    }
  });

  it("the stream ends when the playground stops", async () => {
    await using playground = await startPlayground();
    const page = await watch(playground.url, "ada");
    await playground.platform.stop();
    await page.untilClosed();
    await page.close();
  });
});
