import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readConfig } from "../src/config.ts";
import { variables } from "../src/config/environment.ts";
import { settingsJsonSchema } from "../src/config/settings.ts";
import { AppError } from "../src/core/errors.ts";
import { editDistance } from "../src/core/nearest.ts";

type Env = Record<string, string | undefined>;

const yaml = (text: string) => ({ path: "parley.yaml", text });

/** The lines of the refusal, its heading left out. */
function problemsOf(env: Env, text?: string): string[] {
  try {
    readConfig(env, text === undefined ? undefined : yaml(text));
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    expect(thrown.code).toBe("config_invalid");
    return thrown.message.split("\n").slice(1);
  }
  return [];
}

describe("what is read", () => {
  test("nothing at all gives the defaults, the playground and the offline model", () => {
    const config = readConfig({}, undefined);
    expect(config).toMatchObject({
      modelService: { kind: "offline" },
      web: { host: "127.0.0.1", port: 3000 },
      playground: true,
      dataDir: "data",
      logLevel: "info",
      model: {
        default: "gpt-6-luna",
        maxOutputTokens: 2048,
        timeoutMs: 60_000,
        idleTimeoutMs: 30_000,
        maxRetries: 2,
      },
      context: {
        maxTokens: 16_000,
        import: { maxTokens: 4_000, maxAgeHours: 168 },
        trim: "summarise",
        summary: { maxTokens: 800 },
      },
      burst: "together",
      concurrency: 1000,
      moderation: {
        provider: "openai",
        model: "omni-moderation-latest",
        rules: {},
        words: { block: [], flag: [] },
        logKeptMs: 2_592_000_000,
        reviews: {
          channels: {},
          excerpts: "public",
          repeat: { blocks: 5, withinMs: 3_600_000, pauseMs: 900_000 },
        },
        cacheTtlMs: 86_400_000,
      },
      language: "en",
      shutdown: { drainMs: 30_000 },
      budgets: { timeZone: "UTC", unknownPrice: "allow" },
      rates: {},
    });
    expect(config.budgets).not.toHaveProperty("fallback");
    expect(config.personas.default.name).toBe("professional");
    expect(config.web).not.toHaveProperty("token");
  });

  test("platforms are configured where their credentials are", () => {
    expect(readConfig({}, undefined)).not.toHaveProperty("slack");
    expect(readConfig({}, undefined)).not.toHaveProperty("discord");
    const env = { PARLEY_OFFLINE_MODEL: "on", PARLEY_PLAYGROUND: "off" };
    expect(
      readConfig({ ...env, SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" }, undefined),
    ).toMatchObject({
      playground: false,
      slack: { botToken: "xoxb-1", appToken: "xapp-1", streaming: "auto" },
    });
    const slackOverHttp = {
      ...env,
      SLACK_BOT_TOKEN: "xoxb-1",
      SLACK_SIGNING_SECRET: "s",
      SLACK_API_URL: "http://127.0.0.1:1/api/",
    };
    expect(readConfig(slackOverHttp, yaml("slack: { streaming: off }")).slack).toEqual({
      botToken: "xoxb-1",
      signingSecret: "s",
      apiUrl: "http://127.0.0.1:1/api/",
      streaming: "off",
    });
    const discord = { ...env, DISCORD_TOKEN: "t", DISCORD_API_URL: "http://127.0.0.1:1/api" };
    expect(readConfig(discord, yaml("discord: { threads: never }")).discord).toEqual({
      token: "t",
      apiUrl: "http://127.0.0.1:1/api",
      threads: "never",
    });
  });

  test("a cheaper model stands in only where one is named", () => {
    expect(readConfig({}, yaml("budgets: { fallbackModel: gpt-4o-mini }")).budgets.fallback).toEqual({
      model: "gpt-4o-mini",
      upToPercent: 150,
    });
  });

  test("an empty file and a file of comments give the defaults too", () => {
    expect(readConfig({}, yaml(""))).toEqual(readConfig({}, undefined));
    expect(readConfig({}, yaml("# nothing\n"))).toEqual(readConfig({}, undefined));
  });

  test("every variable is read, white space around it falls away, and an empty one counts as unset", () => {
    const config = readConfig(
      {
        OPENAI_API_KEY: " sk-test\n",
        OPENAI_BASE_URL: "http://127.0.0.1:8080/v1",
        OPENAI_ORG_ID: "org-1",
        OPENAI_PROJECT_ID: "proj-1",
        HOST: "0.0.0.0",
        PORT: "0",
        PARLEY_WEB_TOKEN: "open-sesame",
        PARLEY_DATA_DIR: "/var/lib/parley",
        PARLEY_PLAYGROUND: "",
        LOG_LEVEL: "debug",
        REDIS_URL: " ",
      },
      undefined,
    );
    expect(config).toMatchObject({
      modelService: {
        kind: "openai",
        apiKey: "sk-test",
        baseUrl: "http://127.0.0.1:8080/v1",
        organization: "org-1",
        project: "proj-1",
      },
      web: { host: "0.0.0.0", port: 0, token: "open-sesame" },
      playground: true,
      dataDir: "/var/lib/parley",
      logLevel: "debug",
    });
  });

  test("PARLEY_OFFLINE_MODEL=on wins over a key", () => {
    expect(
      readConfig({ OPENAI_API_KEY: "sk-x", PARLEY_OFFLINE_MODEL: "on" }, undefined).modelService,
    ).toEqual({ kind: "offline" });
  });

  test("the file's settings take the place of the defaults", () => {
    const text = `
model: { default: my-model, temperature: 0.2, contextTokens: { my-model: 32000 } }
context: { maxTokens: 4000 }
burst: each
persona: support
personas:
  support:
    title: Support desk
    template: technical
    constraints: [safety]
    instructions: Know the router.
    examples: [{ question: Where?, answer: There. }]
    model: other-model
    parameters: { maxOutputTokens: 300, topP: 0.5 }
channels: { general: { persona: legal } }
moderation: { categories: { violence: { action: flag, threshold: 0.8 } }, cacheTtlHours: 1 }
`;
    const config = readConfig({}, yaml(text));
    expect(config.model).toMatchObject({
      default: "my-model",
      temperature: 0.2,
      contextTokens: { "my-model": 32_000 },
    });
    expect(config.context.maxTokens).toBe(4000);
    expect(config.burst).toBe("each");
    expect(config.personas.default).toMatchObject({
      name: "support",
      title: "Support desk",
      examples: [{ question: "Where?", answer: "There." }],
      model: "other-model",
      parameters: { maxTokens: 300, topP: 0.5 },
    });
    expect(config.personas.default.systemMessage).toContain("Know the router.");
    expect(config.personas.byChannel.get("general")?.title).toBe("Legal guide");
    expect(config.personas.byChannel.get("random")).toBeUndefined();
    expect(config.moderation).toMatchObject({
      rules: { violence: { action: "flag", threshold: 0.8 } },
      cacheTtlMs: 3_600_000,
    });
  });
});

describe("variables that are refused", () => {
  const cases: [name: string, env: Env, problems: (string | RegExp)[]][] = [
    [
      "a port that is no number",
      { PORT: "http" },
      ["- PORT: must be a whole number from 0 to 65535 (0: any free port). Right would be: PORT=3000"],
    ],
    ["a port out of range, which is not clamped", { PORT: "70000" }, [/PORT: must be/]],
    ["a port with a sign", { PORT: "-1" }, [/PORT: must be/]],
    [
      "a switch that is neither on nor off",
      { PARLEY_PLAYGROUND: "true" },
      ["- PARLEY_PLAYGROUND: must be on or off. Right would be: PARLEY_PLAYGROUND=on"],
    ],
    [
      "a switch named like a part of every object",
      { PARLEY_OFFLINE_MODEL: "constructor" },
      [/PARLEY_OFFLINE_MODEL: must be on or off/],
    ],
    [
      "an unknown log level",
      { LOG_LEVEL: "loud" },
      [/LOG_LEVEL: must be trace, debug, info, warn, error, fatal or silent/],
    ],
    [
      "a base URL without a scheme",
      { OPENAI_API_KEY: "k", OPENAI_BASE_URL: "localhost:8080" },
      [/OPENAI_BASE_URL: must be a URL that begins with http:\/\/ or https:\/\//],
    ],
    [
      "a key with a space in it",
      { OPENAI_API_KEY: "two words" },
      [/OPENAI_API_KEY: must be a key without spaces/],
    ],
    [
      "a host that other machines reach, without a token",
      { HOST: "0.0.0.0" },
      [/PARLEY_WEB_TOKEN: HOST lets other machines in, .*PARLEY_WEB_TOKEN=/],
    ],
    ["the same for IPv6", { HOST: "::" }, [/PARLEY_WEB_TOKEN/]],
    ["the same for a name", { HOST: "parley.example" }, [/PARLEY_WEB_TOKEN/]],
    [
      "a base URL without a key",
      { OPENAI_BASE_URL: "http://127.0.0.1:1/v1" },
      [/OPENAI_API_KEY: OPENAI_BASE_URL is of no use without it/],
    ],
    [
      "no key where the offline model is off",
      { PARLEY_OFFLINE_MODEL: "off" },
      [/OPENAI_API_KEY: with PARLEY_OFFLINE_MODEL=off nothing answers/],
    ],
    [
      "no platform at all",
      { PARLEY_PLAYGROUND: "off" },
      [/PARLEY_PLAYGROUND: without the playground there is no platform/],
    ],
    [
      "Redis, which isn't built yet",
      { REDIS_URL: "redis://127.0.0.1" },
      ["- REDIS_URL: this version of Parley has no Redis storage yet; leave it unset."],
    ],
    [
      "a Redis URL of the wrong kind",
      { REDIS_URL: "http://x" },
      [/REDIS_URL: must be a URL that begins with redis:\/\/ or rediss:\/\//, /no Redis storage yet/],
    ],
    [
      "Slack without a model",
      { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" },
      [/OPENAI_API_KEY: Slack or Discord need it; .*PARLEY_OFFLINE_MODEL=on/],
    ],
    [
      "Discord without a model",
      { DISCORD_TOKEN: "t" },
      [/OPENAI_API_KEY: Slack or Discord need it; .*PARLEY_OFFLINE_MODEL=on/],
    ],
    [
      "a Slack bot token alone",
      { SLACK_BOT_TOKEN: "xoxb-1", OPENAI_API_KEY: "k" },
      [/SLACK_APP_TOKEN: SLACK_BOT_TOKEN needs it \(Socket Mode\), or SLACK_SIGNING_SECRET \(HTTP\)/],
    ],
    [
      "a Slack app token alone",
      { SLACK_APP_TOKEN: "xapp-1" },
      [/SLACK_BOT_TOKEN: SLACK_APP_TOKEN is of no use without it/],
    ],
    [
      "Slack tokens of the wrong kind",
      { SLACK_BOT_TOKEN: "xapp-1", SLACK_APP_TOKEN: "xoxb-1", OPENAI_API_KEY: "k" },
      [/begins with xoxb-/, /begins with xapp-/],
    ],
    [
      "a misspelt variable",
      { OPENAI_API_KYE: "k" },
      [
        "- OPENAI_API_KYE: Parley knows no such variable; the nearest is OPENAI_API_KEY. Right would be: OPENAI_API_KEY=sk-proj-…",
      ],
    ],
    ["a misspelt variable of Parley's own", { PARLEY_DATADIR: "x" }, [/the nearest is PARLEY_DATA_DIR/]],
  ];
  test.each(cases)("%s", (_name, env, expected) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(expected.length);
    expected.forEach((line, i) => {
      if (typeof line === "string") expect(problems[i]).toBe(line);
      else expect(problems[i]).toMatch(line);
    });
  });

  test.each(["127.0.0.1", "127.8.8.8", "localhost", "::1", "0:0:0:0:0:0:0:1"])(
    "HOST=%s needs no token",
    (HOST) => {
      expect(problemsOf({ HOST })).toEqual([]);
    },
  );

  test.each([
    "OPENAI_LOG",
    "OPENAI_AGENTS_DISABLE_TRACING",
    "SLACK_WEBHOOK",
    "DISCORD_APP_ID",
    "PARLEY_REQUIRE_BROWSER",
    "PATH",
  ])("%s belongs to somebody else and is left alone", (name) => {
    expect(problemsOf({ [name]: "x" })).toEqual([]);
  });
});

describe("a file that is refused", () => {
  const cases: [name: string, text: string, problem: string | RegExp][] = [
    [
      "an unknown key near a known one",
      "model:\n  temprature: 1",
      "- parley.yaml line 2: model.temprature: there is no such key; the nearest is temperature. Right would be: temperature: 0.7",
    ],
    [
      "an unknown key near none",
      "weather: fine",
      /line 1: weather: there is no such key; known here: model, context, reply, burst/,
    ],
    [
      "a variable in the file",
      "\nOPENAI_API_KEY: x",
      "- parley.yaml line 2: OPENAI_API_KEY: belongs into the environment or the .env file, not into this one.",
    ],
    [
      "a value of the wrong type",
      "model: { timeoutMs: soon }",
      "- parley.yaml line 1: model.timeoutMs: expected number, received string. Right would be: timeoutMs: 60000",
    ],
    [
      "a value out of range, which is not clamped",
      "model: { temperature: 3 }",
      /model.temperature: too big: expected number to be <=2.*temperature: 0.7/,
    ],
    ["a fraction of a token", "context: { maxTokens: 1.5 }", /context.maxTokens: expected int/],
    [
      "a misspelt choice",
      "burst: togehter",
      /burst: expected one of "together"\|"each"; the nearest is together/,
    ],
    ["an empty section", "model:", /line 1: model: expected object, received null/],
    ["a list instead of keys", "- model", "- parley.yaml line 1: expected object, received array."],
    [
      "a missing part of an example",
      "personas: { a: { examples: [{ question: x }] } }",
      /personas\.a\.examples\[0\]\.answer: expected string/,
    ],
    [
      "a persona that isn't there",
      "persona: profesional",
      /line 1: persona: there is no such persona; the nearest is professional/,
    ],
    [
      "a channel's persona that isn't there",
      "channels:\n  general:\n    persona: zzz",
      /line 3: channels\.general\.persona: there is no such persona; known are professional, creative/,
    ],
    [
      "a persona named like one of the catalogue",
      "personas: { legal: {} }",
      /personas\.legal: this name belongs to the catalogue/,
    ],
    ["a persona's name with capitals", "personas: { Legal: {} }", /personas\.Legal: is no name for this/],
    [
      "an unknown template",
      "personas: { a: { template: lega } }",
      /personas\.a\.template: expected one of .*; the nearest is legal/,
    ],
    [
      "an unknown moderation category",
      "moderation: { categories: { violance: { action: block } } }",
      /violance: there is no such key; the nearest is violence/,
    ],
    [
      "a key written twice",
      "burst: each\nburst: each",
      /line 2: is no valid YAML: the same key stands here twice/,
    ],
    ["broken YAML", "model: [1,\nburst: each", /line 2: is no valid YAML/],
    ["a tag that means nothing", "burst: !secret each", /line 1: is no valid YAML: an unknown tag/],
    [
      "a time zone that there isn't",
      "timeZone: Mars/Olympus",
      '- parley.yaml line 1: timeZone: must be the name of a time zone. Right would be: timeZone: "Europe/Berlin"',
    ],
    [
      "a limit of nothing",
      "openai: { limits: { m: { requestsPerMinute: 0 } } }",
      /requestsPerMinute: too small/,
    ],
    ["an alias of nothing", "model: *none", /is no valid YAML: an alias/],
  ];
  test.each(cases)("%s", (_name, text, expected) => {
    const problems = problemsOf({}, text);
    expect(problems).toHaveLength(1);
    if (typeof expected === "string") expect(problems[0]).toBe(expected);
    else expect(problems[0]).toMatch(expected);
  });

  test("problems of the environment and of the file are reported together", () => {
    const problems = problemsOf(
      { PORT: "x", LOG_LEVEL: "y" },
      "burst: x\nmodel: { temprature: 1, maxRetries: -1 }",
    );
    expect(problems.map((line) => line.split(": ").slice(0, 2).join(": "))).toEqual([
      "- PORT: must be a whole number from 0 to 65535 (0",
      "- LOG_LEVEL: must be trace, debug, info, warn, error, fatal or silent. Right would be",
      "- parley.yaml line 2: model.maxRetries",
      "- parley.yaml line 2: model.temprature",
      "- parley.yaml line 1: burst",
    ]);
  });
});

test("no value ever stands in a refusal", () => {
  const canary = "canary-7f3a";
  const wrong: Env = Object.fromEntries(Object.keys(variables).map((name) => [name, `${canary} \0`]));
  const files = [
    `model: ${canary}`,
    `burst: ${canary}`,
    `persona: ${canary}`,
    `model: { temperature: ${canary}, default: { a: ${canary} } }`,
    `a: "${canary}`,
    `a: ${canary}: ${canary}`,
    `moderation: { categories: { hate: ${canary} } }`,
    `personas: { a: { template: ${canary}, examples: ${canary}, parameters: { stop: ${canary} } } }`,
  ];
  for (const text of files) {
    const problems = problemsOf({ ...wrong, PARLEY_CONFIG: undefined }, text);
    expect(problems.length).toBeGreaterThan(10);
    expect(problems.join("\n")).not.toContain(canary);
  }
});

test("no piece of a broken file stands in its refusal", () => {
  const canary = "canary7f3a";
  const pieces = [
    canary,
    " ",
    "\n",
    ": ",
    "- ",
    '"',
    "'",
    "[",
    "]",
    "{",
    "}",
    "&",
    "*",
    "!",
    "%",
    "|",
    ">",
    "#",
    "@",
    "?",
    ",",
    "---",
  ];
  const broken = fc
    .array(fc.constantFrom(...pieces), { maxLength: 10 })
    .map((each) => `model: ${each.join("")}`);
  fc.assert(
    fc.property(broken, (text) => {
      const values = problemsOf({}, text).filter((line) => !/there is no such key|is no name for/.test(line));
      expect(values.join("\n")).not.toContain(canary);
    }),
    { numRuns: 1000 },
  );
});

test("any text is read or refused, never a crash", () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      fc.dictionary(fc.constantFrom(...Object.keys(variables)), fc.string()),
      (text, env) => {
        problemsOf(env, text);
      },
    ),
    { numRuns: 1000 },
  );
});

test("the distance of two names counts letters put in, left out, changed and swapped", () => {
  const cases: [string, string, number][] = [
    ["model", "model", 0],
    ["modle", "model", 1],
    ["modl", "model", 1],
    ["modell", "model", 1],
    ["nodel", "model", 1],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
  ];
  for (const [a, b, distance] of cases) expect(editDistance(a, b), `${a} ${b}`).toBe(distance);
});

describe("prices", () => {
  test("of one's own come by model and by day", () => {
    const text = `prices:
  "ft:gpt-4o*": { input: 0.3, output: 1.2, changes: [{ from: 2026-11-01, input: 0.25, output: 1 }] }
  my-model: { from: 2026-01-01, input: 2, cachedInput: 0.2, cacheWrite: 2.5 }
`;
    expect(readConfig({}, yaml(text)).prices).toEqual([
      { model: "ft:gpt-4o*", rates: { input: 0.3, output: 1.2 } },
      { model: "ft:gpt-4o*", from: Date.parse("2026-11-01"), rates: { input: 0.25, output: 1 } },
      {
        model: "my-model",
        from: Date.parse("2026-01-01"),
        rates: { input: 2, cachedInput: 0.2, cacheWrite: 2.5 },
      },
    ]);
  });

  test.each([
    ["prices: { a: { output: 1 } }", /prices\.a\.input: .*input: 2/],
    ["prices: { a: { input: -1 } }", /prices\.a\.input: too small/],
    ["prices: { a: { input: 1, from: soon } }", /prices\.a\.from: is no day.*2026-01-01/],
    ["prices: { a: { input: 1, cached: 1 } }", /there is no such key/],
    ["timeZone: Mars/Olympus", /must be the name of a time zone.*Europe\/Berlin/],
  ])("%s is refused with what would be right", (text, sentence) => {
    expect(() => readConfig({}, yaml(text))).toThrow(sentence);
  });
});

describe("what is published", () => {
  test("parley.schema.json is the schema that the file is checked with (npm run schema writes it)", () => {
    const published: unknown = JSON.parse(
      readFileSync(new URL("../parley.schema.json", import.meta.url), "utf8"),
    );
    expect(published).toEqual(settingsJsonSchema());
  });

  const example = readFileSync(new URL("../parley.example.yaml", import.meta.url), "utf8");

  test("parley.example.yaml names the schema and changes nothing", () => {
    expect(example).toMatch(/^# yaml-language-server: \$schema=\.\/parley\.schema\.json\n/);
    expect(readConfig({}, yaml(example))).toEqual(readConfig({}, undefined));
  });

  test("parley.example.yaml shows every key, and what it shows commented out is right too", () => {
    const settings = example.slice(example.indexOf("\n\n"));
    const everything = settings.replaceAll(/^( *)# ?( *[\w-]+(?:\/[\w-]+)?:.*|- .*| {2,}.*)$/gm, "$1$2");
    expect(problemsOf({}, everything)).toEqual([]);
    for (const key of keysOf(settingsJsonSchema()))
      expect(everything).toMatch(new RegExp(`^ *(?:- )?${key}:`, "m"));
  });
});

/** Names of all keys at any depth; the categories of moderation are one list, of which the example shows some. */
function keysOf(schema: ReturnType<typeof settingsJsonSchema>): string[] {
  const below = [
    schema.items,
    typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined,
  ];
  const named = Object.entries(schema.properties ?? {}).filter(([key]) => key !== "categories");
  return [
    ...named.flatMap(([key, value]) => [key, ...keysOf(value)]),
    ...below.flatMap((value) => (value === undefined ? [] : keysOf(value))),
  ];
}
