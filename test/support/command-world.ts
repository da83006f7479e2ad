import { setTimeout as sleep } from "node:timers/promises";

import type { ChatClient, Who } from "./chat-client.ts";
import { createPlaygroundCommands } from "./command-client.ts";
import type { CommandClient, GivenOptions } from "./command-client.ts";
import type { OpenAiServer } from "./openai-server.ts";
import { startParley } from "./parley.ts";
import { platforms, startParleyOn } from "./platforms.ts";
import type { LocalPlatform, PlatformTitle } from "./platforms.ts";

/** Parley on one platform, and people who give commands there. */
export interface CommandWorld extends AsyncDisposable {
  readonly commands: CommandClient;
  readonly openai: OpenAiServer;
  /** Says something in #general, or in a thread there. */
  say(as: Who, text: string, thread?: string): Promise<{ readonly id: string }>;
  restart(): Promise<void>;
  readonly until: ChatClient["until"];
}

/** Text of `parley.yaml`; people have ids that are known only when the platform runs. */
export type Settings = string | ((ids: CommandClient["ids"]) => string);

async function openPlayground(settings: Settings): Promise<CommandWorld> {
  const commands = createPlaygroundCommands(() => parley.url);
  const parley = await startParley(typeof settings === "string" ? settings : settings(commands.ids));
  return {
    commands,
    openai: parley.openai,
    say: (as, text, thread) =>
      parley.client.post({ as, channel: "general", text, ...(thread !== undefined && { thread }) }),
    restart: () => parley.restart(),
    until: parley.client.until,
    [Symbol.asyncDispose]: () => parley[Symbol.asyncDispose](),
  };
}

async function openPlatform(title: PlatformTitle, settings: Settings): Promise<CommandWorld> {
  const yaml =
    typeof settings === "string" ? settings : (local: LocalPlatform) => settings(local.commands.ids);
  const parley = await startParleyOn(title, yaml);
  return {
    commands: parley.local.commands,
    openai: parley.openai,
    say: (as, text, thread) =>
      parley.chat.post({ as, channel: "general", text, ...(thread !== undefined && { thread }) }),
    restart: () => parley.restart(),
    until: parley.chat.until,
    [Symbol.asyncDispose]: () => parley[Symbol.asyncDispose](),
  };
}

export const commandPlatforms = [...(Object.keys(platforms) as PlatformTitle[]), "the playground"] as const;

export function openCommandWorld(
  title: (typeof commandPlatforms)[number],
  settings: Settings = "",
): Promise<CommandWorld> {
  return title === "the playground" ? openPlayground(settings) : openPlatform(title, settings);
}

/** Gives a command, and answers what came of it for this person alone. */
export async function give(
  world: CommandWorld,
  as: Who,
  text: string,
  options?: GivenOptions,
): Promise<string> {
  const before = (await world.commands.told(as)).length;
  await world.commands.slash(as, text, options);
  return told(world, as, before);
}

/** All that somebody was told alone after so many messages, which may be more than one. */
export async function told({ commands, until }: CommandWorld, as: Who, before: number): Promise<string> {
  const read = async () => (await commands.told(as)).slice(before);
  await until(async () => (await read()).at(-1), "a private answer");
  await sleep(100);
  return (await read()).join("\n");
}
