import { expect, test } from "vitest";

import { connect } from "./connected.ts";

test("a form that Discord doesn't open lets its command be handed in", async () => {
  await using connected = await connect();
  const { server } = connected;
  await server.until(() => server.commands().length > 0, "the commands");
  server.fail("POST", "/interactions/:interaction/:token/callback", { status: 400 });
  const options = [{ name: "persona", type: 2, options: [{ name: "create", type: 1, options: [] }] }];
  server.slash({ as: server.people.ada, channel: server.channels.general, command: "parley", options });
  const command = await connected.event("command");
  expect(command).toMatchObject({ reading: { command: { name: "persona create" } } });
  expect(command.form).toBeUndefined();
});

test.each([
  ["", {}],
  ["form/rm/1/", {}],
  ["stop", { components: [{ component: { custom_id: "name", value: "x" } }] }],
  ["form/persona%20create//", { components: "none" }],
])("a modal of %j that isn't Parley's is ignored", async (custom_id, more) => {
  await using connected = await connect();
  const { server } = connected;
  const { general } = server.channels;
  server.dispatchRaw("INTERACTION_CREATE", {
    id: "900",
    application_id: server.bot.applicationId,
    type: 5,
    token: "t",
    version: 1,
    channel_id: general,
    guild_id: server.guild.id,
    member: { user: { id: server.people.ada, username: "ada" }, roles: [] },
    data: { custom_id, components: [], ...more },
  });
  server.say({ as: server.people.ada, channel: general, content: "after" });
  await connected.heard("after");
  expect(connected.events.filter(({ kind }) => kind === "command")).toEqual([]);
});
