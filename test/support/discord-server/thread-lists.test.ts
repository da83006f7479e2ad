import { PermissionFlagsBits as P } from "discord-api-types/v10";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startDiscordServer } from "../discord-server.ts";
import type { DiscordServer } from "../discord-server.ts";
import { createTestClients } from "./test-client.ts";

let server: DiscordServer;
let now = 1_790_000_000_000;
const clients = createTestClients(() => server);
beforeEach(async () => {
  server = await startDiscordServer({ now: () => now });
});
afterEach(async () => {
  await clients.close();
  await server.close();
});

interface Listing {
  readonly threads: readonly {
    readonly name: string;
    readonly message_count: number;
    readonly thread_metadata: { readonly archive_timestamp: string };
  }[];
  readonly has_more?: boolean;
}

const get = (path: string) => clients.request("GET", path);
const archived = (query = "", kind = "public", channel = server.channels.general) =>
  get(`/channels/${channel}/threads/archived/${kind}${query}`);
const names = ({ body }: { readonly body: unknown }) => (body as Listing).threads.map(({ name }) => name);

function begin(name: string, { isPrivate = false, isArchived = true } = {}): string {
  const as = server.people.owner;
  const thread = server.startThread({ as, channel: server.channels.general, name, private: isPrivate });
  now += 1_000;
  if (isArchived) server.changeThread({ as, thread, archived: true });
  return thread;
}

describe("archived threads", () => {
  test("come latest archived first, in pages by that time", async () => {
    for (const name of ["a", "b", "c"]) begin(name);
    const page = await archived("?limit=2");
    expect(names(page)).toEqual(["c", "b"]);
    const { threads, has_more: hasMore } = page.body as Listing;
    expect(hasMore).toBe(true);
    const before = encodeURIComponent(threads.at(-1)?.thread_metadata.archive_timestamp ?? "");
    const rest = await archived(`?limit=2&before=${before}`);
    expect(names(rest)).toEqual(["a"]);
    expect(rest.body).toMatchObject({ has_more: false });
  });

  test.each(["?limit=1", "?limit=101", "?limit=x", "?before=yesterday", "?before=900000000000000001"])(
    "are refused by %s",
    async (query) => {
      expect(await archived(query)).toMatchObject({ status: 400, body: { code: 50_035 } });
    },
  );

  test("that are private are for who manages threads, those that one is in for oneself", async () => {
    const as = server.people.owner;
    const inside = begin("inside", { isPrivate: true, isArchived: false });
    server.invite({ as, thread: inside, person: server.bot.id });
    server.changeThread({ as, thread: inside, archived: true });
    begin("outside", { isPrivate: true });
    const joined = (query = "") =>
      get(`/channels/${server.channels.general}/users/@me/threads/archived/private${query}`);
    expect(names(await joined())).toEqual(["inside"]);
    expect(names(await joined(`?before=${inside}`))).toEqual([]);
    expect(await joined("?before=2026-01-01T00:00:00Z")).toMatchObject({ body: { code: 50_035 } });
    expect(await archived("", "private")).toMatchObject({ status: 403, body: { code: 50_013 } });
    const allow = P.ManageThreads;
    server.setOverwrite(server.channels.general, { id: server.bot.id, type: "member", allow });
    expect(names(await archived("", "private"))).toEqual(["outside", "inside"]);
  });

  test("are refused where they can't be read, and where there are none", async () => {
    const { general, board, voice } = server.channels;
    const deny = P.ReadMessageHistory;
    server.setOverwrite(general, { id: server.bot.id, type: "member", deny });
    expect(await archived()).toMatchObject({ status: 403, body: { code: 50_001 } });
    expect(await archived("", "public", board)).toMatchObject({ status: 403, body: { code: 50_001 } });
    expect(await archived("", "public", voice)).toMatchObject({ status: 400, body: { code: 50_024 } });
  });
});

test("active threads come newest first, with what was said in them but their first message", async () => {
  const as = server.people.owner;
  const { general } = server.channels;
  begin("archived");
  const { id } = server.say({ as, channel: general, content: "a question" });
  server.startThread({ as, channel: general, name: "from a message", message: id });
  server.say({ as, channel: id, content: "one" });
  const gone = server.say({ as, channel: id, content: "two" });
  server.remove({ as, message: gone.id });
  server.startThread({ as, channel: server.channels.forum, name: "a post" });
  const { body } = await get(`/guilds/${server.guild.id}/threads/active`);
  expect((body as Listing).threads).toMatchObject([
    { name: "a post", message_count: 0 },
    { name: "from a message", message_count: 1 },
  ]);
});
