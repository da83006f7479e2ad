import { expect, test } from "vitest";

import type { ChannelId, WorkspaceId } from "../../../src/core/ids.ts";
import { connect, never } from "./connected.ts";
import type { Connected } from "./connected.ts";

const placeOf = ({ server }: Connected, channel: string) =>
  ({
    platform: "slack",
    workspace: server.team.id as WorkspaceId,
    channel: channel as ChannelId,
  }) as const;

test("threads are told by one request a page, in a channel of many messages too", async () => {
  await using connected = await connect();
  const { server, platform } = connected;
  const channel = server.channels.random;
  const say = (text: string, more: object = {}) =>
    server.say({ as: server.users.ada, channel, text, ...more });
  const oldest = say("a question").ts;
  say("an answer", { threadTs: oldest });
  for (let at = 0; at < 250; at++) say(`word ${at}`);
  say("told to all", { threadTs: oldest, broadcast: true });
  const asked = () => server.calls.filter(({ method }) => method === "conversations.history").length;
  const before = asked();
  const first = await platform.threads(placeOf(connected, channel), { limit: 10 }, never);
  expect(first).toMatchObject({ threads: [], next: expect.any(String) });
  const after = first.next ?? "";
  const second = await platform.threads(placeOf(connected, channel), { limit: 10, after }, never);
  expect(second).toMatchObject({ threads: [{ root: oldest, place: { thread: oldest } }] });
  expect(second.next).toBeUndefined();
  expect(asked() - before).toBe(2);
});

test("threads are refused with what to do", async () => {
  await using connected = await connect();
  const { group, elsewhere, hidden, archived } = connected.server.channels;
  const ask = (channel: string) =>
    connected.platform.threads(placeOf(connected, channel), { limit: 10 }, never);
  const refusals = {
    [group]: "name a channel",
    [elsewhere]: "invite it",
    [hidden]: "invite it",
  };
  for (const [channel, remedy] of Object.entries(refusals)) {
    const message = expect.stringContaining(remedy);
    await expect(ask(channel)).rejects.toMatchObject({ code: "platform_refused", message });
  }
  expect(await ask(archived)).toEqual({ threads: [] });
});
