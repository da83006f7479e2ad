import { ChannelType } from "discord-api-types/v10";
import { expect, test } from "vitest";

import type { WorkspaceId } from "../../../src/core/ids.ts";
import { connect } from "./connected.ts";

test("a channel, its threads and what is commanded there stand in its category; other channels in none", async () => {
  await using connected = await connect();
  const { server } = connected;
  const as = server.people.ada;
  const category = server.addChannel(server.guild.id, { name: "Work", type: ChannelType.GuildCategory });
  const channel = server.addChannel(server.guild.id, { name: "desk", parentId: category });
  server.say({ as, channel, content: "in the channel" });
  expect((await connected.heard("in the channel")).place).toMatchObject({ channel, category });

  const thread = server.startThread({ as, channel, name: "A thread" });
  server.say({ as, channel: thread, content: "in the thread" });
  expect((await connected.heard("in the thread")).place).toMatchObject({ channel, thread, category });

  await server.until(() => server.commands().length > 0, "the commands");
  server.slash({ as, channel: thread, command: "parley", options: [{ name: "help", type: 1, options: [] }] });
  expect((await connected.event("command")).place).toMatchObject({ channel, thread, category });

  server.say({ as, channel: server.channels.general, content: "elsewhere" });
  expect((await connected.heard("elsewhere")).place.category).toBeUndefined();
});

test("a guild is called by its name", async () => {
  await using connected = await connect();
  const { platform, server } = connected;
  expect(platform.workspaceName(server.guild.id as WorkspaceId)).toBe(server.guild.name);
  expect(platform.workspaceName("@me" as WorkspaceId)).toBeUndefined();
});
