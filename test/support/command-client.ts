import { randomUUID } from "node:crypto";

import { ApplicationCommandOptionType as OptionType, MessageFlags } from "discord-api-types/v10";

import { readCommand } from "../../src/core/command/parse.ts";
import type { Parameter } from "../../src/core/command/shape.ts";
import { formatValue } from "../../src/core/command/values.ts";
import { offeredCommands } from "../../src/handlers/commands/offered.ts";
import type { Who } from "./chat-client.ts";
import type { OptionDraft } from "./discord-server/using-apps.ts";
import type { DiscordServer } from "./discord-server.ts";
import { createDiscordForms, createPlaygroundForms, createSlackForms } from "./form-client.ts";
import type { FormClient } from "./form-client.ts";
import { viewEphemeral } from "./platform-contract/slack-view.ts";
import { readHtml, readMarkdown } from "./platform-contract/readable.ts";
import type { SlackServer } from "./slack-server.ts";

/** What people do with commands on any of the platforms, in #general. */
export interface CommandClient {
  readonly ids: Readonly<Record<Who, string>>;
  /**
   * By the platform's own means; `text` is what stands after `/parley`. Where it is no command, `options` are what a client
   * of a platform with typed options might send all the same. Answers what delivers it once more.
   */
  slash(as: Who, text: string, options?: GivenOptions): Promise<{ again(): Promise<void> }>;
  /** What Parley told this person alone, oldest first, without marks. */
  told(as: Who): Promise<readonly string[]>;
  /** What Parley said for everybody. */
  said(): Promise<readonly string[]>;
  readonly forms: FormClient;
  /** #general, as the platform calls it. */
  readonly general: string;
  /** Commands that are offered, where the platform lists them. */
  offered(): readonly string[] | undefined;
}

/** A command of the table with a value for each option, allowed or not. */
export interface GivenOptions {
  readonly command: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export function createSlackCommands(server: SlackServer): CommandClient {
  const people: Record<Who, string> = { ada: server.users.ada, ben: server.users.bo };
  const { general } = server.channels;
  return {
    ids: people,
    async slash(as, text) {
      const delivery = server.slash({ as: people[as], channel: general, command: "/parley", text });
      return {
        async again() {
          server.repeat(delivery);
        },
      };
    },
    async told(as) {
      return server.ephemerals(people[as]).map((each) => viewEphemeral(each).text);
    },
    async said() {
      const roots = server.messages(general);
      const all = [...roots, ...roots.flatMap(({ ts }) => server.messages(general, { threadTs: ts }))];
      const own = all.filter(({ user }) => user === server.bot.userId);
      return [...new Map(own.map(({ ts, shown }) => [ts, shown])).values()];
    },
    forms: createSlackForms(server),
    general,
    offered: () => undefined,
  };
}

/** What Discord's own client sends for a text that is a command. */
function optionsOf(text: string): GivenOptions {
  const reading = readCommand(offeredCommands, text);
  if (reading.kind !== "command") throw new Error(`${text} can't be given in Discord`);
  const { name, arguments: values } = reading.command;
  const parameters: Readonly<Record<string, Parameter>> = offeredCommands.commands[name]?.parameters ?? {};
  const given = Object.entries(values).flatMap(([parameter, value]) => {
    const about = parameters[parameter];
    if (about === undefined) return [];
    const isNumber = about.kind === "integer" || about.kind === "number";
    return [[parameter, isNumber ? Number(value) : formatValue(about, value)] as const];
  });
  return { command: name, values: Object.fromEntries(given) };
}

/** Source: developers/interactions/application-commands, Application Command Option Type. */
function payloadOf({ command, values }: GivenOptions): readonly OptionDraft[] {
  const options = Object.entries(values).map(([name, value]) => {
    const type = typeof value === "string" ? OptionType.String : OptionType.Number;
    return { name, type, value };
  });
  const [first = "", second] = command.split(" ");
  return second === undefined
    ? [{ name: first, type: OptionType.Subcommand, options }]
    : [
        {
          name: first,
          type: OptionType.SubcommandGroup,
          options: [{ name: second, type: OptionType.Subcommand, options }],
        },
      ];
}

export function createDiscordCommands(server: DiscordServer): CommandClient {
  const people: Record<Who, string> = { ada: server.people.ada, ben: server.people.bo };
  const { general } = server.channels;
  const isPrivate = ({ flags }: { readonly flags: number }) => (flags & MessageFlags.Ephemeral) !== 0;
  const isWaiting = ({ flags }: { readonly flags: number }) => (flags & MessageFlags.Loading) !== 0;
  return {
    ids: people,
    async slash(as, text, given = optionsOf(text)) {
      await server.until(() => server.commands().length > 0, "the commands to be registered");
      const id = server.slash({
        as: people[as],
        channel: general,
        command: "parley",
        options: payloadOf(given),
      });
      const event = server
        .dispatched()
        .findLast(({ t, d }) => t === "INTERACTION_CREATE" && (d as { id: string }).id === id);
      if (!event) throw new Error("it was never delivered");
      return { again: async () => server.dispatchRaw("INTERACTION_CREATE", event.d) };
    },
    async told(as) {
      const answers = server
        .interactions()
        .filter((interaction) => interaction.as === people[as])
        .flatMap(({ original, followUps }) => [...(original ? [original] : []), ...followUps])
        .filter((message) => isPrivate(message) && !isWaiting(message));
      const direct = server
        .messages(server.dm(people[as]), { as: people[as] })
        .filter(({ author }) => author === server.bot.id);
      return [...answers, ...direct].map(({ content }) => readMarkdown(content).text);
    },
    async said() {
      const threads = server.threads(general).map(({ id }) => id);
      return [general, ...threads]
        .flatMap((channel) => server.messages(channel))
        .filter((message) => message.author === server.bot.id && !isPrivate(message))
        .filter(({ content }) => content !== "")
        .map(({ content }) => content);
    },
    forms: createDiscordForms(server),
    general,
    offered: () =>
      (server.commands() as readonly { readonly options: readonly { readonly name: string }[] }[]).flatMap(
        ({ options }) => options.map(({ name }) => name),
      ),
  };
}

interface Listing {
  readonly messages: readonly { readonly id: string; readonly author: string; readonly text: string }[];
  readonly notices: readonly { readonly blocks: readonly string[] }[];
}

/** `url` is asked for each time: Parley may be started again. */
export function createPlaygroundCommands(url: () => string): CommandClient {
  async function list(as: Who, path: string): Promise<Listing> {
    const response = await fetch(new URL(`/api/channels/general/${path}?as=${as}`, url()));
    return (await response.json()) as Listing;
  }
  async function lists(as: Who): Promise<readonly Listing[]> {
    const channel = await list(as, "messages");
    return [channel, ...(await Promise.all(channel.messages.map(({ id }) => list(as, `threads/${id}`))))];
  }
  const forms = createPlaygroundForms(url);
  return {
    forms,
    general: "general",
    ids: { ada: "ada", ben: "ben" },
    async slash(as, text) {
      const body = JSON.stringify({ as, clientId: randomUUID(), text: `/parley ${text}`.trim() });
      const send = async () => {
        const response = await fetch(new URL("/api/channels/general/messages", url()), {
          method: "POST",
          headers: { "content-type": "application/json", origin: new URL(url()).origin },
          body,
        });
        if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
        await forms.note(as, { channel: "general" }, response);
      };
      await send();
      return { again: send };
    },
    async told(as) {
      const all = await lists(as);
      return all.flatMap(({ notices }) => notices.map(({ blocks }) => readHtml(blocks.join("\n")).text));
    },
    async said() {
      const all = await lists("ada");
      return all.flatMap(({ messages }) =>
        messages.filter(({ author }) => author === "parley").map(({ text }) => text),
      );
    },
    offered: () => undefined,
  };
}
