import { isIPv4, isIPv6 } from "node:net";

import { nearestName } from "../core/nearest.ts";
import type { Problem } from "./problem.ts";

/** Reads one variable's text; `undefined` when it is not of the right form. */
interface Variable<T> {
  readonly read: (text: string) => T | undefined;
  /** What is right: `must be …`. */
  readonly rule: string;
  readonly example: string;
}

/**
 * Every variable that Parley knows. Neither rule nor example ever shows a value, so that no secret gets into a log.
 */
export const variables = {
  OPENAI_API_KEY: secret(/^\S+$/, "a key without spaces", "sk-proj-…"),
  OPENAI_BASE_URL: url(["http:", "https:"], "https://api.openai.com/v1"),
  OPENAI_ORG_ID: secret(/^\S+$/, "an id without spaces", "org-…"),
  OPENAI_PROJECT_ID: secret(/^\S+$/, "an id without spaces", "proj_…"),
  OPENAI_ADMIN_KEY: secret(/^\S+$/, "a key without spaces", "sk-admin-…"),
  OPENAI_WEBHOOK_SECRET: secret(/^\S+$/, "a secret without spaces", "whsec_…"),
  SLACK_BOT_TOKEN: secret(/^xoxb-\S+$/, "a bot token that begins with xoxb-", "xoxb-…"),
  SLACK_APP_TOKEN: secret(/^xapp-\S+$/, "an app-level token that begins with xapp-", "xapp-…"),
  SLACK_SIGNING_SECRET: secret(/^\S+$/, "the signing secret from the app's Basic Information page", "8f74…"),
  SLACK_API_URL: url(["http:", "https:"], "https://slack.com/api/"),
  DISCORD_TOKEN: secret(/^\S+$/, "the bot token from the developer portal, without the word Bot", "MTA…"),
  DISCORD_API_URL: url(["http:", "https:"], "https://discord.com/api"),
  REDIS_URL: url(["redis:", "rediss:"], "redis://127.0.0.1:6379"),
  HOST: {
    read: (text) => (/^[\w.:-]+$/.test(text) ? text : undefined),
    rule: "must be an address or a host name",
    example: "127.0.0.1",
  } satisfies Variable<string>,
  PORT: {
    read: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
    rule: "must be a whole number from 0 to 65535 (0: any free port)",
    example: "3000",
  } satisfies Variable<number>,
  PARLEY_WEB_TOKEN: secret(
    /^[\x21-\x7e]+$/,
    "printable ASCII without spaces, as it travels in a header",
    "a-long-random-text",
  ),
  PARLEY_DATA_DIR: anyText("a folder", "data"),
  PARLEY_CONFIG: anyText("a file", "parley.yaml"),
  PARLEY_PLAYGROUND: oneOf({ on: true, off: false }, "on"),
  PARLEY_OFFLINE_MODEL: oneOf({ on: true, off: false }, "on"),
  LOG_LEVEL: oneOf(
    {
      trace: "trace",
      debug: "debug",
      info: "info",
      warn: "warn",
      error: "error",
      fatal: "fatal",
      silent: "silent",
    },
    "info",
  ),
} as const;

export type VariableName = keyof typeof variables;

type Read<V> = V extends Variable<infer T> ? T : never;

/** What was read; an unset or empty variable is missing. */
export type Environment = { readonly [Name in VariableName]?: Read<(typeof variables)[Name]> };

export type RawEnvironment = Readonly<Record<string, string | undefined>>;

/** Reads every variable; problems are added to the list. Unset and empty are the same. */
export function readEnvironment(rawEnv: RawEnvironment, problems: Problem[]): Environment {
  const env: Record<string, unknown> = {};
  for (const [name, { read, rule }] of Object.entries(variables)) {
    const text = rawEnv[name]?.trim();
    if (!text) continue;
    const value = read(text);
    if (value === undefined)
      problems.push({ where: name, wrong: rule, example: exampleOf(name as VariableName) });
    env[name] = value;
  }
  const known = Object.keys(variables);
  for (const name of Object.keys(rawEnv)) {
    if (Object.hasOwn(variables, name) || !/^(PARLEY|OPENAI|SLACK|DISCORD)_/i.test(name)) continue;
    // Other programs have variables of these families too, so only what is nearly one of ours is a mistake.
    const meant = nearestName(name, known, 2);
    if (meant === undefined) continue;
    problems.push({
      where: name,
      wrong: `Parley knows no such variable; the nearest is ${meant}`,
      example: exampleOf(meant as VariableName),
    });
  }
  return env;
}

/** As one would write it: `PORT=3000`. */
export function exampleOf(name: VariableName): string {
  return `${name}=${variables[name].example}`;
}

/** Whether a host takes connections from this machine only. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (isIPv4(name)) return name.startsWith("127.");
  return isIPv6(name) ? /^(0*:)*:?0*1$/.test(name) : name === "localhost";
}

function secret(form: RegExp, what: string, example: string): Variable<string> {
  return { read: (text) => (form.test(text) ? text : undefined), rule: `must be ${what}`, example };
}

function anyText(what: string, example: string): Variable<string> {
  return {
    read: (text) => (text.includes("\0") ? undefined : text),
    rule: `must be the path of ${what}`,
    example,
  };
}

function url(protocols: readonly string[], example: string): Variable<string> {
  const read = (text: string) => (protocols.includes(URL.parse(text)?.protocol ?? "") ? text : undefined);
  return {
    read,
    rule: `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(" or ")}`,
    example,
  };
}

function oneOf<T>(values: Readonly<Record<string, T>>, example: string): Variable<T> {
  const names = Object.keys(values);
  return {
    read: (text) => (Object.hasOwn(values, text) ? values[text] : undefined),
    rule: `must be ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`,
    example,
  };
}
