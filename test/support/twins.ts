import { createInterface } from "node:readline/promises";
import { setInterval as every } from "node:timers/promises";

import type { ChatClient, ChatPlace, SeenMessage, Where, Who } from "./chat-client.ts";
import { createDiscordChat } from "./discord-chat.ts";
import { startDiscordServer } from "./discord-server.ts";
import { createSlackChat } from "./slack-chat.ts";
import { startSlackServer } from "./slack-server.ts";

// `npm run twins`: a local Slack and a local Discord, to try Parley against both without accounts.

const [slackPort, discordPort] = [8081, 8082];
const pollMs = 150;

interface Here extends ChatPlace {
  readonly platform: "slack" | "discord";
}

const slack = await startSlackServer({ port: slackPort });
const discord = await startDiscordServer({ port: discordPort });
const chats: Record<Here["platform"], ChatClient> = {
  slack: createSlackChat(slack),
  discord: createDiscordChat(discord),
};
const numbered: string[] = [];
/** What was printed last of each message. */
const printed = new Map<string, string>();
let here: Here = { platform: "slack", as: "ada", channel: "general" };

const help = `
  <text>                        say it here; @Parley is a mention
  /in slack|discord <where>     go to general, random, dm-ada or dm-ben
  /as ada|ben                   be somebody else
  /thread <number>              go into the thread of a message, by the number before it; /thread alone leaves it
  /edit <number> <text>         change a message of yours
  /delete <number>              take it away
  /stop <number>                press stop under a reply that is being written
  /help, /quit
`;

process.stdout.write(`A local Slack and a local Discord are open. In another terminal, in the same folder:

  SLACK_BOT_TOKEN=${slack.botToken} \\
  SLACK_APP_TOKEN=${slack.appToken} \\
  SLACK_API_URL=${slack.apiUrl} \\
  DISCORD_TOKEN=${discord.token} \\
  DISCORD_API_URL=${discord.apiUrl} \\
  PARLEY_OFFLINE_MODEL=on PARLEY_DATA_DIR=data-twins npm start

Then talk here:
${help}
`);

const terminal = createInterface({ input: process.stdin, output: process.stdout });
const ended = new AbortController();
const watching = watch(ended.signal).catch(() => undefined);
prompt();
for await (const line of terminal) {
  try {
    if ((await obey(line.trim())) === "quit") break;
  } catch (error) {
    process.stdout.write(`  ${error instanceof Error ? error.message : String(error)}\n`);
  }
  prompt();
}
terminal.close();
await Promise.all([slack.close(), discord.close()]);
ended.abort();
await watching;

function prompt(): void {
  const { platform, as, channel, thread } = here;
  terminal.setPrompt(`${platform} ${channel}${thread === undefined ? "" : " (thread)"} ${as}> `);
  terminal.prompt();
}

async function obey(line: string): Promise<"quit" | undefined> {
  const [, verb, rest = ""] = /^\/(\w+)\s*(.*)$/s.exec(line) ?? [];
  const [first = "", ...others] = rest.split(/\s+/);
  const chat = chats[here.platform];
  const target = () => ({ ...here, id: messageAt(first) });
  if (line === "") return undefined;
  switch (verb) {
    case undefined:
      await chat.post({ ...here, text: line });
      return undefined;
    case "in":
      here = {
        platform: first === "discord" ? "discord" : "slack",
        as: here.as,
        channel: placeNamed(others[0]),
      };
      printed.clear();
      return undefined;
    case "as":
      here = { ...here, as: first === "ben" ? "ben" : ("ada" satisfies Who) };
      return undefined;
    case "thread": {
      const { thread: _left, ...channel } = here;
      here = first === "" ? channel : { ...channel, thread: messageAt(first) };
      printed.clear();
      return undefined;
    }
    case "edit":
      await chat.edit(target(), others.join(" "));
      return undefined;
    case "delete":
      await chat.remove(target());
      return undefined;
    case "stop":
      await chat.stop(target());
      return undefined;
    case "quit":
      return "quit";
    default:
      process.stdout.write(help);
      return undefined;
  }
}

function placeNamed(name = "general"): Where {
  const places: readonly Where[] = ["general", "random", "dm-ada", "dm-ben"];
  const found = places.find((place) => place === name.replace(/^#/, ""));
  if (!found) throw new Error(`there is no ${name}; there are ${places.join(", ")}`);
  return found;
}

function messageAt(number: string): string {
  const id = numbered[Number(number) - 1];
  if (id === undefined) throw new Error("the number before the message, please");
  return id;
}

/** Prints what is new or changed where the person is. */
async function watch(signal: AbortSignal): Promise<void> {
  for await (const _tick of every(pollMs, undefined, { signal })) {
    const place = here;
    const messages = await chats[place.platform].messages(place);
    const notices = await chats[place.platform].notices(place);
    if (place !== here) continue;
    const news = [
      ...messages.flatMap((message) => linesOf(message)),
      ...notices.flatMap((text, index) =>
        fresh(`notice ${place.as} ${index}`, `  (only you see this) ${text}`),
      ),
    ];
    if (news.length === 0) continue;
    process.stdout.write(`\r\u001b[K${news.join("\n")}\n`);
    prompt();
  }
}

function linesOf(message: SeenMessage): readonly string[] {
  if (!numbered.includes(message.id)) numbered.push(message.id);
  const number = String(numbered.indexOf(message.id) + 1).padStart(3);
  const text = `${message.text}${message.writing ? " …" : ""}`.replaceAll("\n", "\n         ");
  return fresh(message.id, `${number}  ${message.isOwn ? "Parley" : "      "} ${text}`);
}

function fresh(key: string, line: string): readonly string[] {
  if (printed.get(key) === line) return [];
  printed.set(key, line);
  return [line];
}
