import { expect, test } from "vitest";

import type { Api } from "../../../src/adapters/slack/api.ts";
import { createHistory } from "../../../src/adapters/slack/history.ts";
import { createPace } from "../../../src/adapters/slack/pace.ts";
import type { ParseContext } from "../../../src/adapters/slack/spot.ts";
import { commandTable } from "../../../src/core/command/table.ts";
import type { ChannelId, ThreadId, WorkspaceId } from "../../../src/core/ids.ts";
import { never } from "./connected.ts";

const root = "1700000000.000001";
const context: ParseContext = {
  table: commandTable,
  teamId: "T1",
  botUserId: "U1",
  botId: "B1",
  userName: () => undefined,
  channelName: () => undefined,
  channelKind: () => "public",
  now: 0,
};

test("a thread that never ends is read up to a bound, and its first message told once", async () => {
  let calls = 0;
  const messageOf = (ts: string) => ({ type: "message", user: "U2", text: ts, ts, thread_ts: root });
  const api: Api = {
    pace: createPace(() => 0),
    call: async () => {
      calls++;
      const messages = [messageOf(root), messageOf(`17000000${String(calls).padStart(2, "0")}.000002`)];
      return { messages, has_more: true, response_metadata: { next_cursor: `next ${calls}` } };
    },
  };
  const place = {
    platform: "slack",
    workspace: "T1" as WorkspaceId,
    channel: "C1" as ChannelId,
    thread: root as ThreadId,
  } as const;
  const history = await createHistory(api, () => context).history(place, 1_000, never);
  expect(calls).toBe(50);
  expect(history).toHaveLength(51);
  expect(history.at(-1)?.message).toBe(root);
});
