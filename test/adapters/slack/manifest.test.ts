import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { createSlackManifest, scopes } from "../../../src/adapters/slack/manifest.ts";
import { offeredCommands } from "../../../src/handlers/commands/offered.ts";
import { connect } from "./connected.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

test("the manifest in the documentation is the one that is printed", () => {
  expect(JSON.parse(read("docs/slack-manifest.json"))).toEqual(
    createSlackManifest({ table: offeredCommands }),
  );
});

test("the documentation says what each scope is for", () => {
  const page = read("docs/slack.md");
  for (const scope of scopes) expect(page).toContain(`\`${scope}\``);
});

test("an address makes Slack call Parley there, for events, buttons and commands alike", () => {
  const { features, settings } = createSlackManifest({
    table: offeredCommands,
    publicUrl: "https://parley.example.org/any?x=1",
  });
  const url = "https://parley.example.org/slack/events";
  expect(settings).toMatchObject({
    socket_mode_enabled: false,
    event_subscriptions: { request_url: url },
    interactivity: { request_url: url },
  });
  expect(features.slash_commands).toMatchObject([{ url }]);
});

test("with no more scopes and events than the manifest names, Parley answers", async () => {
  const { settings } = createSlackManifest({ table: offeredCommands });
  const subscriptions = settings.event_subscriptions.bot_events;
  await using slack = await connect({ server: { scopes, subscriptions } });
  const { server } = slack;
  server.say({ as: server.users.ada, channel: server.channels.general, text: `<@${server.bot.userId}> hi` });
  const { place, author } = await slack.heard("hi");
  expect(author.name).not.toBe(author.id);
  const signal = new AbortController().signal;
  await slack.platform.notify(place, author.id, "for you", signal);
  await slack.platform.sendDirect(place.workspace, author.id, "c1" as never, "directly", signal);
  for await (const _missed of slack.platform.missed(0, [place], signal));
  expect(await slack.platform.canRead(place.workspace, author.id, place.channel, signal)).toBe(true);
  const look = slack.platform.lookAtAccess(place.workspace);
  expect(await look.facts({ person: author.id, place }, signal)).toMatchObject({ along: {} });
  expect(server.calls.filter(({ error }) => error === "missing_scope")).toEqual([]);
});
