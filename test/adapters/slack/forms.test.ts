import { expect, test } from "vitest";

import { connect } from "./connected.ts";

const commands = (connected: Awaited<ReturnType<typeof connect>>) =>
  connected.events.filter((event) => event.kind === "command");

test.each(["expired_trigger_id", "ratelimited"])(
  "a form that Slack doesn't open (%s) lets its command be handed in, and acked",
  async (error) => {
    await using connected = await connect();
    const { server } = connected;
    server.fail("views.open", error === "ratelimited" ? { retryAfterSec: 30 } : { error });
    const { ada } = server.users;
    const delivery = server.slash({
      as: ada,
      channel: server.channels.general,
      command: "/parley",
      text: "persona create",
    });
    await server.until(() => delivery.ackedAt !== undefined, "the ack");
    expect(commands(connected)).toMatchObject([{ reading: { command: { name: "persona create" } } }]);
    expect(server.views).toEqual([]);
  },
);

test.each<[what: string, metadata: string]>([
  ["no metadata", ""],
  ["metadata of no form", JSON.stringify({ channel: "C1" })],
  ["a key of no form", JSON.stringify({ key: "form/rm/1/", channel: "C1" })],
  ["a channel that is none", JSON.stringify({ key: "form/persona%20create//", channel: "../x" })],
])("a submission with %s is acked and nothing else", async (_what, metadata) => {
  await using connected = await connect();
  const { server } = connected;
  const delivery = server.sendEnvelope("interactive", {
    type: "view_submission",
    user: { id: server.users.ada, team_id: server.team.id },
    team: { id: server.team.id },
    view: {
      id: "V1",
      callback_id: "form",
      type: "modal",
      private_metadata: metadata,
      state: { values: { name: { input: { value: "x" } } } },
    },
  });
  await server.until(() => delivery.ackedAt !== undefined, "the ack");
  expect(commands(connected)).toEqual([]);
});

test("a shortcut that isn't Parley's is acked and nothing else", async () => {
  await using connected = await connect();
  const { server } = connected;
  const { ts } = server.say({ as: server.users.ada, channel: server.channels.general, text: "hi" });
  const message = { channel: server.channels.general, ts };
  const delivery = server.shortcut({ as: server.users.ada, message, callbackId: "persona create" });
  await server.until(() => delivery.ackedAt !== undefined, "the ack");
  expect(commands(connected)).toEqual([]);
});
