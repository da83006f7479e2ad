import { expect, test } from "vitest";

import { createSlackManifest } from "../../../src/adapters/slack/manifest.ts";
import { offeredCommands } from "../../../src/handlers/commands/offered.ts";
import { intent } from "../../support/intent.ts";
import { connect, showing } from "./connected.ts";
import type { ConnectOptions } from "./connected.ts";

test.each<[string, ConnectOptions]>([
  ["over a socket", {}],
  ["over HTTP", { server: { mode: "http" } }],
])("%s, what is being taken in when intake stops is taken in and acked", async (_how, options) => {
  const gate = Promise.withResolvers<void>();
  let asked = 0;
  await using slack = await connect({
    ...options,
    intake: async () => {
      asked++;
      await gate.promise;
    },
  });
  const { server, platform } = slack;
  server.say({ as: server.users.ada, channel: server.im(server.users.ada), text: "just in time" });
  await server.until(() => asked > 0, "the event");
  let hasStopped = false;
  const stopping = platform.stopIntake().then(() => (hasStopped = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(hasStopped).toBe(false);
  gate.resolve();
  await stopping;
  expect(slack.events).toMatchObject([{ text: "just in time" }]);
  await server.until(() => server.deliveries[0]?.ackedAt !== undefined, "the ack");
  expect(server.deliveries[0]?.attempts).toHaveLength(1);
});

test("when intake stops the socket is given back, and replies still end", async () => {
  await using slack = await connect();
  const { server, platform } = slack;
  server.say({ as: server.users.ada, channel: server.im(server.users.ada), text: "hello" });
  const { place } = await slack.heard("hello");
  const reply = platform.openReply(place, intent("c"));
  const posted = await reply.show(["Half"], showing(false));
  await platform.stopIntake();
  await server.until(() => server.openSockets() === 0, "the socket to close");
  await reply.show(["Half and half"], showing(true));
  expect(server.messages(place.channel).at(-1)).toMatchObject({ ts: posted[0], shown: "Half and half" });
});

test("a token that lacks scopes is said by their names, while the rest goes on", async () => {
  const scopes: readonly string[] = createSlackManifest({ table: offeredCommands }).oauth_config.scopes.bot;
  const some = scopes.filter((scope) => !["users:read", "im:history"].includes(scope));
  await using slack = await connect({ server: { scopes: some }, unhealthy: true });
  const { server, platform } = slack;
  await server.until(() => server.openSockets() > 0, "the socket");
  await server.until(() => platform.health().detail.includes("scope"), "health to name the scopes");
  expect(platform.health()).toEqual({
    ok: false,
    detail:
      "The Slack app lacks the scopes im:history, users:read: add them under OAuth & Permissions and reinstall the app.",
  });
  server.say({ as: server.users.ada, channel: server.im(server.users.ada), text: "hello" });
  expect(await slack.heard("hello")).toMatchObject({ addressed: "direct" });
});
