import { MessageFlags } from "discord-api-types/v10";
import { expect, test } from "vitest";

import { onlyCommands, commandTable } from "../../../src/core/command/table.ts";
import type { CauseId } from "../../../src/core/ids.ts";
import type { OutgoingAnswer } from "../../../src/core/platform.ts";
import type { OptionDraft } from "../../support/discord-server/using-apps.ts";
import { connect, never } from "./connected.ts";
import type { Connected } from "./connected.ts";

const help: readonly OptionDraft[] = [{ name: "help", type: 1 }];
const use: readonly OptionDraft[] = [
  { name: "persona", type: 2, options: [{ name: "use", type: 1, options: [] }] },
];
const answer: OutgoingAnswer = { cause: "c" as CauseId, text: "For you.", privacy: "private" };

async function slash(discord: Connected, options: readonly OptionDraft[]): Promise<string> {
  const { server } = discord;
  await server.until(() => server.commands().length > 0, "the commands");
  return server.slash({ as: server.people.bo, channel: server.channels.general, command: "parley", options });
}

const registrations = ({ server }: Connected) =>
  server.calls.filter(({ method, route }) => method === "PUT" && route.endsWith("/commands"));

test.each([
  ["privately", help, MessageFlags.Ephemeral],
  ["openly, as the table says", [{ name: "chat", type: 2, options: [{ name: "reset", type: 1 }] }], 0],
  ["privately, as it is wrong", use, MessageFlags.Ephemeral],
])("that a command is under way is shown %s", async (_how, options, flags) => {
  await using discord = await connect();
  const { server } = discord;
  const id = await slash(discord, options);
  const response = await server.until(
    () => server.interactions().find((interaction) => interaction.id === id)?.response,
    "the first response",
  );
  expect(response).toMatchObject({ type: 5, data: { flags } });
});

test("commands are registered once, and again when they changed", async () => {
  await using discord = await connect({ table: onlyCommands(commandTable, ["help"]) });
  const { server } = discord;
  await server.until(() => registrations(discord).length === 1, "the registration");
  {
    await using same = await discord.restarted();
    await server.until(() => same.gaps.length > 0, "the session");
    same.server.say({ as: server.people.bo, channel: server.dm(server.people.bo), content: "hello" });
    await same.heard("hello");
    expect(registrations(discord)).toHaveLength(1);
  }
  await using changed = await discord.restarted({ table: onlyCommands(commandTable, ["help", "ask"]) });
  await changed.server.until(() => registrations(discord).length === 2, "the second registration");
  const [parley] = server.commands() as readonly { readonly options: readonly { readonly name: string }[] }[];
  expect(parley?.options.map(({ name }) => name)).toEqual(["ask", "help"]);
});

test("commands that can't be registered don't keep the rest from working", async () => {
  await using discord = await connect({ unhealthy: true });
  const { server, platform } = discord;
  server.fail("PUT", "/applications/:application/commands", { status: 403, code: 50_001 });
  await server.until(() => platform.health().ok, "a connection");
  server.say({ as: server.people.bo, channel: server.dm(server.people.bo), content: "hello" });
  await discord.heard("hello");
});

test("an option is completed while it is typed, and nothing of it is taken in", async () => {
  await using discord = await connect();
  const { server } = discord;
  await server.until(() => server.commands().length > 0, "the commands");
  const focused = { name: "name", type: 3, value: "tech", focused: true };
  const options = [{ name: "persona", type: 2, options: [{ name: "use", type: 1, options: [focused] }] }];
  const { general } = server.channels;
  const id = server.autocomplete({ as: server.people.bo, channel: general, command: "parley", options });
  const response = await server.until(
    () => server.interactions().find((interaction) => interaction.id === id)?.response,
    "the choices",
  );
  expect(response).toMatchObject({
    type: 8,
    data: { choices: [{ name: "technical", value: "technical" }] },
  });
  expect(discord.events).toEqual([]);
});

test.each([
  ["whose token ran out", { status: 401, code: 50_027, message: "Invalid Webhook Token" }],
  ["that Discord has forgotten", { status: 404, code: 10_015, message: "Unknown Webhook" }],
])("a command %s is answered directly, and the bot's own token stays good", async (_what, fault) => {
  await using discord = await connect();
  const { server, platform } = discord;
  await slash(discord, help);
  const command = await discord.event("command");
  server.fail("PATCH", "/webhooks/:application/:token/messages/:message", fault);
  await platform.answerCommand(command, answer, never);
  expect(server.messages(server.dm(server.people.bo)).map(({ content }) => content)).toEqual(["For you."]);
  expect(platform.health().ok).toBe(true);
  await platform.post(command.place, "d" as CauseId, { text: "Still here." }, never);
});

test("in a message of somebody who takes no direct messages it is answered by a reply", async () => {
  await using discord = await connect({ discord: { threads: "never" } });
  const { server, platform } = discord;
  const { general } = server.channels;
  const { cleo } = server.people;
  server.say({ as: cleo, channel: general, content: `<@${server.bot.id}> /help` });
  const command = await discord.event("command");
  await platform.answerCommand(command, answer, never);
  const own = server.messages(general).filter(({ author }) => author === server.bot.id);
  expect(own).toMatchObject([{ content: "For you.", replyTo: command.message }]);
});

test("what answers a command never stands in the log", async () => {
  await using discord = await connect();
  await slash(discord, help);
  const { answerTo = "" } = await discord.event("command");
  const { token } = JSON.parse(answerTo) as { readonly token: string };
  expect(token).not.toBe("");
  expect(JSON.stringify(discord.log)).not.toContain(token);
});
