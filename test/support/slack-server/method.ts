import type { Arguments } from "./arguments.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import type { Service } from "./service.ts";
import type { Channel, ChannelType, Json } from "./workspace.ts";

export interface MethodCall {
  readonly args: Arguments;
  readonly scopes: ReadonlySet<string>;
}

/** One method of the Web API, as its page under docs.slack.dev/reference/methods says. */
export interface Method {
  /** The kind of token that it takes; a bot's when left out. */
  readonly token?: "bot" | "app";
  /** One of these is needed. */
  readonly scopes?: readonly string[];
  /** Bodies in JSON are taken. */
  readonly json?: boolean;
  readonly required?: readonly string[];
  /** What it answers besides `ok`. @throws SlackRefusal */
  readonly run: (call: MethodCall) => Json;
}

export type Methods = Readonly<Record<string, Method>>;

const scopePrefixes: Readonly<Record<ChannelType, string>> = {
  channel: "channels",
  group: "groups",
  im: "im",
  mpim: "mpim",
};

/** `channels:read,groups:read …` for every type of channel. */
export function scopesForAllTypes(action: "read" | "history"): readonly string[] {
  return Object.values(scopePrefixes).map((prefix) => `${prefix}:${action}`);
}

export function scopeOfType(type: ChannelType, action: "read" | "history"): string {
  return `${scopePrefixes[type]}:${action}`;
}

/** A channel that the bot can know of: public ones, and those that it is in. @throws SlackRefusal channel_not_found */
export function visibleChannel({ workspace, bot }: Service, id: string): Channel {
  const channel = workspace.channels.get(id);
  if (!channel || (channel.type !== "channel" && !channel.members.has(bot.id))) {
    throw new SlackRefusal("channel_not_found");
  }
  return channel;
}

/** @throws SlackRefusal missing_scope */
export function requireScope(scopes: ReadonlySet<string>, ...needed: readonly string[]): void {
  if (needed.some((scope) => scopes.has(scope))) return;
  throw new SlackRefusal("missing_scope", {
    needed: needed.join(","),
    provided: [...scopes].join(","),
  });
}
