import { once } from "node:events";

import { ActionRowBuilder, ButtonBuilder, ButtonStyle, Events, MessageFlags } from "discord.js";
import type {
  ButtonInteraction,
  ChatInputCommandInteraction,
  Client,
  ModalSubmitInteraction,
  TextChannel,
} from "discord.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startDiscordServer } from "../discord-server.ts";
import type { DiscordServer } from "../discord-server.ts";
import { createTestClients } from "./test-client.ts";

let server: DiscordServer;
let client: Client<true>;
let now: number;
const clients = createTestClients(() => server);
beforeEach(async () => {
  now = Date.now();
  server = await startDiscordServer({ now: () => now });
  client = await clients.connect();
});
afterEach(async () => {
  await clients.close();
  await server.close();
});

const coming = async <T>() => ((await once(client, Events.InteractionCreate)) as [T])[0];
const seen = (as: string) => server.messages(server.channels.general, { as });

async function postButton(): Promise<string> {
  const channel = (await client.channels.fetch(server.channels.general)) as TextChannel;
  const stop = new ButtonBuilder({ customId: "stop", label: "Stop", style: ButtonStyle.Primary });
  const components = [new ActionRowBuilder<ButtonBuilder>().addComponents(stop)];
  return (await channel.send({ content: "writing", components })).id;
}

async function press(as = server.people.bo): Promise<ButtonInteraction> {
  const message = await postButton();
  const pressed = coming<ButtonInteraction>();
  server.press({ as, message, customId: "stop" });
  return pressed;
}

describe("a button", () => {
  test("pressed comes with who, where and what, and changes its message", async () => {
    const interaction = await press();
    expect(interaction).toMatchObject({ customId: "stop", user: { id: server.people.bo } });
    expect(interaction.applicationId).toBe(server.bot.applicationId);
    await interaction.update({ content: "stopped", components: [] });
    expect(seen(server.people.ada)).toMatchObject([{ content: "stopped", components: [], edited: true }]);
    expect(server.interactions()).toMatchObject([{ as: server.people.bo, response: { type: 7 } }]);
  });

  test("can be answered for one person, and that message goes with a click", async () => {
    const interaction = await press();
    await interaction.reply({ content: "only you", flags: MessageFlags.Ephemeral });
    const { bo, ada } = server.people;
    expect(seen(ada)).toHaveLength(1);
    expect(seen(bo)).toMatchObject([{}, { content: "only you", seenBy: bo, flags: MessageFlags.Ephemeral }]);
    const { id = "" } = seen(bo)[1] ?? {};
    const path = `/channels/${server.channels.general}/messages/${id}`;
    expect(await clients.request("GET", path)).toMatchObject({ status: 404, body: { code: 10008 } });
    const told = server.dispatched().at(-1)?.d;
    expect(told).toMatchObject({ id, flags: MessageFlags.Ephemeral });
    expect(told).not.toHaveProperty("guild_id");
    server.remove({ as: bo, message: id });
    expect(seen(bo)).toHaveLength(1);
  });

  test("that isn't there or not for this person can't be pressed", async () => {
    const message = await postButton();
    expect(() => server.press({ as: server.people.bo, message, customId: "go" })).toThrow("can't be pressed");
    expect(() => server.press({ as: server.people.stranger, message, customId: "stop" })).toThrow(
      "Missing Access",
    );
  });
});

describe("a response", () => {
  test("may be put off, then is the original that follow-ups come after", async () => {
    const interaction = await press();
    await interaction.deferReply();
    expect(seen(server.people.bo).at(-1)).toMatchObject({ content: "", flags: MessageFlags.Loading });
    await interaction.editReply({ content: `done <@${server.people.ada}> @everyone` });
    await interaction.followUp({ content: "psst", flags: MessageFlags.Ephemeral });
    expect(seen(server.people.bo).slice(1)).toMatchObject([
      {
        content: expect.stringMatching(/^done/),
        flags: 0,
        pings: { users: [server.people.ada], everyone: false },
      },
      { content: "psst" },
    ]);
    expect(seen(server.people.ada)).toHaveLength(2);
    await interaction.deleteReply();
    expect(seen(server.people.ada)).toHaveLength(1);
  });

  test("comes once", async () => {
    const interaction = await press();
    await interaction.deferUpdate();
    const path = `/interactions/${interaction.id}/${interaction.token}/callback`;
    expect(await clients.request("POST", path, { type: 6 })).toMatchObject({
      status: 400,
      body: { code: 40060 },
    });
  });

  test.each<readonly [string, object, object]>([
    [
      "after three seconds",
      { type: 6 },
      { status: 404, body: { code: 10062, message: "Unknown interaction" } },
    ],
    ["of an unknown kind", { type: 3 }, { status: 400, body: { code: 50035 } }],
    [
      "with a long text",
      { type: 4, data: { content: "x".repeat(2_001) } },
      { status: 400, body: { code: 50035 } },
    ],
    ["with a modal without inputs", { type: 9, data: { custom_id: "m", title: "t" } }, { status: 400 }],
    ["to an autocomplete", { type: 8, data: { choices: [] } }, { status: 400 }],
  ])("is refused %s", async (when, body, refusal) => {
    const interaction = await press();
    if (when.includes("three seconds")) now += 3_001;
    const path = `/interactions/${interaction.id}/${interaction.token}/callback`;
    // The token in the path is enough: no authorization.
    expect(await clients.request("POST", path, body, { authorization: "" })).toMatchObject(refusal);
  });

  test("can be followed for a quarter of an hour, and not before it was made", async () => {
    const interaction = await press();
    const path = `/webhooks/${server.bot.applicationId}/${interaction.token}`;
    expect(await clients.request("POST", path, { content: "x" })).toMatchObject({
      status: 404,
      body: { code: 10015 },
    });
    await interaction.deferUpdate();
    now += 14 * 60_000;
    await interaction.followUp("in time");
    now += 2 * 60_000;
    await expect(interaction.followUp("late")).rejects.toMatchObject({ status: 401, code: 50027 });
  });
});

describe("commands", () => {
  const ask = {
    name: "parley",
    description: "Talk",
    options: [
      {
        type: 1,
        name: "ask",
        description: "Ask",
        options: [{ type: 3, name: "text", description: "What", required: true }],
      },
    ],
  };

  test("are registered, used, completed and answered with a modal", async () => {
    await client.application.commands.set([ask]);
    expect(server.commands()).toMatchObject([{ name: "parley", application_id: server.bot.applicationId }]);
    const used = coming<ChatInputCommandInteraction>();
    const options = [{ name: "ask", type: 1, options: [{ name: "text", type: 3, value: "why?" }] }];
    const { people, channels } = server;
    const id = server.slash({ as: people.bo, channel: channels.general, command: "parley", options });
    const command = await used;
    expect([command.options.getSubcommand(), command.options.getString("text")]).toEqual(["ask", "why?"]);
    const input = { type: 4, customId: "more", label: "More", style: 1 };
    await command.showModal({
      customId: "ask-more",
      title: "Ask",
      components: [{ type: 1, components: [input] }],
    });
    const submitted = coming<ModalSubmitInteraction>();
    server.submitModal({ interaction: id, values: { more: "because" } });
    const modal = await submitted;
    expect(modal.fields.getTextInputValue("more")).toBe("because");
    await modal.reply("I see");
    server.autocomplete({ as: people.bo, channel: channels.general, command: "parley" });
    expect(server.dispatched().at(-1)).toMatchObject({ t: "INTERACTION_CREATE", d: { type: 4 } });
  });

  test("can be kept to administrators", async () => {
    await client.application.commands.set([{ ...ask, defaultMemberPermissions: "0" }]);
    const { people, channels } = server;
    const draft = { channel: channels.general, command: "parley" };
    expect(() => server.slash({ ...draft, as: people.bo })).toThrow("Missing Permissions");
    server.slash({ ...draft, as: people.owner });
  });

  const option = (name: string, more: object = {}) => ({ type: 3, name, description: "x", ...more });
  const named = (name: string, more: object = {}) => ({ name, description: "x", ...more });

  test.each<readonly [string, unknown, string]>([
    ["what is no list", {}, "_errors"],
    ["101 commands", Array.from({ length: 101 }, (_, n) => named(`c${n}`)), "_errors"],
    ["capitals", [named("Parley")], "0.name._errors"],
    ["blanks", [named("par ley")], "0.name._errors"],
    ["33 characters", [named("x".repeat(33))], "0.name._errors"],
    ["no description", [{ name: "parley" }], "0.description._errors"],
    ["a long description", [named("parley", { description: "x".repeat(101) })], "0.description._errors"],
    ["one name twice", [named("parley"), named("parley")], "_errors"],
    [
      "26 options",
      [named("a", { options: Array.from({ length: 26 }, (_, n) => option(`o${n}`)) })],
      "0.options._errors",
    ],
    [
      "26 choices",
      [
        named("a", {
          options: [
            option("o", { choices: Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` })) }),
          ],
        }),
      ],
      "0.options.0.choices._errors",
    ],
    [
      "a required option after another",
      [named("a", { options: [option("o"), option("p", { required: true })] })],
      "0.options.1._errors",
    ],
    [
      "a subcommand beside an option",
      [named("a", { options: [option("o"), { ...option("s"), type: 1 }] })],
      "0.options._errors",
    ],
    [
      "a group in a group",
      [named("a", { options: [{ ...option("g"), type: 2, options: [{ ...option("h"), type: 2 }] }] })],
      "0.options.0.options.0.type._errors",
    ],
    [
      "8,001 characters",
      [
        named("a", {
          options: Array.from({ length: 25 }, (_, n) =>
            option(`o${n}`, {
              choices: Array.from({ length: 4 }, (_, m) => ({ name: `${m}`.repeat(80), value: "x" })),
            }),
          ),
        }),
      ],
      "0._errors",
    ],
  ])("are refused with %s", async (_, body, path) => {
    const answer = await clients.request("PUT", `/applications/${server.bot.applicationId}/commands`, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 50035 } });
    expect(answer.body).toHaveProperty(["errors", ...path.split(".")]);
  });

  test("of another application are refused", async () => {
    const answer = await clients.request("PUT", `/applications/${server.bot.id}/commands`, []);
    expect(answer).toMatchObject({ status: 403, body: { code: 20012 } });
  });
});
