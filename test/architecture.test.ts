import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

import { readFileFacts } from "./support/import-graph.ts";
import type { Import } from "./support/import-graph.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Path from the root → source. */
type Sources = ReadonlyMap<string, string>;

// ── The rules ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a room of the house may take from other rooms. `adapters/<name>` may always import itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  main: ["app", "config", "core"],
  app: ["app", "config", "handlers", "adapters", "core"],
  config: ["config", "core"],
  handlers: ["handlers", "core"],
  adapters: ["core"],
  core: ["core"],
};

/** Libraries by room, `type` where only their types may be used. Whoever is not named may import any. */
const libraries: Readonly<Record<string, Readonly<Record<string, "any" | "type">>>> = {
  core: { "js-tiktoken": "any", croner: "any", marked: "any", "node:crypto": "any", keyv: "type" },
  handlers: { "node:crypto": "any", "node:timers/promises": "any", keyv: "type" },
};

function roomOf(path: string): string {
  const [, first = "", second = ""] = path.split("/");
  if (first === "adapters") return `adapters/${second}`;
  return first.replace(/\.ts$/, "");
}

/** What breaks the rules, a sentence for each. */
function findBreaches(sources: Sources): string[] {
  const breaches: string[] = [];
  for (const [path, source] of sources) {
    const { imports, touchesProcess } = readFileFacts(path, source);
    if (touchesProcess && path !== "src/main.ts")
      breaches.push(`${path} touches process; only src/main.ts may`);
    for (const each of imports) {
      // Main reaches the house through the app alone, so the app may hand things on.
      if (each.reExport && path !== "src/app.ts")
        breaches.push(`${path} hands on ${each.specifier}; import it where it is`);
      const breach = each.specifier.startsWith(".")
        ? breachOfRooms(path, each)
        : breachOfLibraries(path, each);
      if (breach !== undefined) breaches.push(breach);
    }
  }
  return breaches;
}

function breachOfRooms(path: string, { specifier }: Import): string | undefined {
  const target = join(dirname(path), specifier);
  const from = roomOf(path);
  const to = roomOf(target);
  const allowed = mayImport[from.replace(/\/.*/, "")];
  if (allowed === undefined) return `${path} stands in no room of the house`;
  const fits =
    allowed.includes(to) ||
    allowed.includes(to.replace(/\/.*/, "")) ||
    (from === to && from.startsWith("adapters/"));
  return fits && target.startsWith("src/")
    ? undefined
    : `${path} imports ${target}; ${from} may not import ${to}`;
}

function breachOfLibraries(path: string, { specifier, typeOnly }: Import): string | undefined {
  const room = roomOf(path);
  const allowed = libraries[room];
  if (allowed === undefined) return undefined;
  const name = specifier.startsWith("node:")
    ? specifier
    : specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");
  if (allowed[name] === "any" || (allowed[name] === "type" && typeOnly)) return undefined;
  return `${path} imports ${specifier}, which ${room} may not${allowed[name] === "type" ? " use but for its types" : ""}`;
}

// ── The house as it is ───────────────────────────────────────────────────────────────────────────────────────────────

function readSources(folder: string): Sources {
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const modules = files.filter((file) => file.isFile() && /\.[mc]?[jt]s$/.test(file.name));
  return new Map(
    modules.map((file) => {
      const path = join(file.parentPath, file.name);
      return [relative(root, path), readFileSync(path, "utf8")];
    }),
  );
}

test("imports run one way: main → app → adapters and handlers → core", () => {
  const sources = readSources("src");
  expect(sources.size).toBeGreaterThan(20);
  expect(findBreaches(sources)).toEqual([]);
});

test("nothing but main and tests imports the app", () => {
  const importers = [...readSources("src")].filter(([path, source]) =>
    readFileFacts(path, source).imports.some(
      ({ specifier }) => join(dirname(path), specifier) === "src/app.ts",
    ),
  );
  expect(importers.map(([path]) => path)).toEqual(["src/main.ts"]);
});

/** Who may have what costs money in hand: where it is named and made, where it is wired, and the one door to it. */
const mayHoldPaidModels = [
  "src/core/ports.ts",
  "src/adapters/openai/chat.ts",
  "src/adapters/openai/embedding.ts",
  "src/app/budgets.ts",
  "src/handlers/paid-chat.ts",
  "src/handlers/paid-embedding.ts",
];

test("no call that costs money passes by the budgets: who isn't named here has no model to ask", () => {
  const holders = [...readSources("src")].flatMap(([path, source]) =>
    /\b(?:ChatModel|EmbeddingModel|createChatModel|createEmbeddingModel)\b/.test(source) ? [path] : [],
  );
  // It hands the model over before anybody else can have it.
  expect(holders.toSorted()).toEqual([...mayHoldPaidModels, "src/app/models.ts"].toSorted());
  const asked = [...readSources("src")].filter(([, source]) =>
    /chat\.completions\.create|embeddings\.create|responses\.create/.test(source),
  );
  expect(asked.map(([path]) => path).toSorted()).toEqual([
    "src/adapters/openai/chat.ts",
    "src/adapters/openai/embedding.ts",
  ]);
});

describe("a breach is found:", () => {
  const seeded: [what: string, path: string, source: string, breach: RegExp | undefined][] = [
    [
      "core imports a handler",
      "src/core/a.ts",
      'import { b } from "../handlers/b.ts";',
      /core may not import handlers/,
    ],
    [
      "core imports a handler's type",
      "src/core/a.ts",
      'import type { B } from "../handlers/b.ts";',
      /core may not import handlers/,
    ],
    [
      "core names a handler's type",
      "src/core/a.ts",
      'export type A = import("../handlers/b.ts").B;',
      /core may not import handlers/,
    ],
    [
      "core imports an adapter later",
      "src/core/a.ts",
      'await import("../adapters/slack/b.ts");',
      /core may not import adapters\/slack/,
    ],
    [
      "core starts an adapter's worker",
      "src/core/a.ts",
      'new Worker(new URL("../adapters/slack/w.ts", import.meta.url));',
      /core may not import adapters\/slack/,
    ],
    [
      "core reads files",
      "src/core/a.ts",
      'import { readFileSync } from "node:fs";',
      /imports node:fs, which core may not/,
    ],
    [
      "core uses a store",
      "src/core/a.ts",
      'import { Keyv } from "keyv";',
      /imports keyv, which core may not use but for its types/,
    ],
    ["core names a store's type", "src/core/a.ts", 'import type { Keyv } from "keyv";', undefined],
    ["core names a store's type in line", "src/core/a.ts", 'import { type Keyv } from "keyv";', undefined],
    [
      "core uses a pure library",
      "src/core/a.ts",
      'import { lexer } from "marked"; import ranks from "js-tiktoken/ranks/o200k_base";',
      undefined,
    ],
    [
      "a handler imports an adapter",
      "src/handlers/a.ts",
      'import { b } from "../adapters/openai/b.ts";',
      /handlers may not import adapters\/openai/,
    ],
    [
      "a handler imports the config",
      "src/handlers/a.ts",
      'import type { Config } from "../config.ts";',
      /handlers may not import config/,
    ],
    [
      "a handler imports a web server",
      "src/handlers/a.ts",
      'import { Hono } from "hono";',
      /imports hono, which handlers may not/,
    ],
    [
      "an adapter imports another",
      "src/adapters/slack/a.ts",
      'import { b } from "../discord/b.ts";',
      /adapters\/slack may not import adapters\/discord/,
    ],
    [
      "an adapter imports a handler",
      "src/adapters/slack/a.ts",
      'import { b } from "../../handlers/b.ts";',
      /may not import handlers/,
    ],
    [
      "an adapter imports itself and core",
      "src/adapters/storage/embedded/a.ts",
      'import { b } from "../stores/b.ts"; import { c } from "../../../core/c.ts";',
      undefined,
    ],
    [
      "the config imports a handler",
      "src/config/a.ts",
      'import { b } from "../handlers/b.ts";',
      /config may not import handlers/,
    ],
    ["the app imports main", "src/app.ts", 'import { b } from "./main.ts";', /app may not import main/],
    [
      "main imports an adapter",
      "src/main.ts",
      'import { b } from "./adapters/slack/b.ts";',
      /main may not import adapters\/slack/,
    ],
    [
      "the source imports a test",
      "src/app.ts",
      'import { b } from "../test/support/b.ts";',
      /app may not import/,
    ],
    [
      "a file stands outside of every room",
      "src/utils/a.ts",
      'import { b } from "../core/b.ts";',
      /stands in no room/,
    ],
    ["a barrel", "src/core/index.ts", 'export * from "./ids.ts";', /hands on \.\/ids\.ts/],
    ["a name handed on", "src/core/a.ts", 'export { joinKey } from "./ids.ts";', /hands on \.\/ids\.ts/],
    ["process", "src/app.ts", "process.exit(1);", /touches process/],
    ["process as a value", "src/app.ts", "run(process);", /touches process/],
    ["process of the global object", "src/app.ts", "globalThis.process.exit(1);", /touches process/],
    ["process by its name in quotes", "src/app.ts", 'globalThis["process"].exit(1);', /touches process/],
    [
      "process taken out of the global object",
      "src/app.ts",
      "const { process: p } = globalThis;",
      /touches process/,
    ],
    ["process as a module", "src/app.ts", 'import { env } from "node:process";', /touches process/],
    ["process of something else", "src/app.ts", "job.process({ process: 1 });", undefined],
    ["process in main", "src/main.ts", "process.exit(1);", undefined],
  ];
  test.each(seeded)("%s", (_what, path, source, expected) => {
    const breaches = findBreaches(new Map([[path, source]]));
    expect(breaches).toHaveLength(expected === undefined ? 0 : 1);
    if (expected !== undefined) expect(breaches[0]).toMatch(expected);
  });

  test("an import whose name is not written out", () => {
    expect(() => findBreaches(new Map([["src/app.ts", "await import(name);"]]))).toThrow("not written out");
  });
});

// ── The package ──────────────────────────────────────────────────────────────────────────────────────────────────────

interface LockFile {
  readonly packages: Record<string, { readonly optionalDependencies?: Record<string, string> }>;
}

function readLock(): LockFile {
  return JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as LockFile;
}

test("the lock file holds no download addresses", () => {
  const packages = Object.entries(readLock().packages);
  expect(packages.length).toBeGreaterThan(20);
  expect(packages.filter(([, about]) => "resolved" in about).map(([name]) => name)).toEqual([]);
});

test("the lock file is whole: what a package may need on another machine stands in it too", () => {
  const { packages } = readLock();
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

test("every dependency is pinned", () => {
  const about = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
    string,
    Record<string, string>
  >;
  const versions = Object.entries({ ...about["dependencies"], ...about["devDependencies"] });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test("no file names the host of a package registry", () => {
  const skipped = new Set(["node_modules", ".git", "data", "coverage"]);
  const files = readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    if (!entry.isDirectory()) return [entry];
    return readdirSync(join(root, entry.name), { recursive: true, withFileTypes: true });
  });
  const texts = files.filter((file) => file.isFile() && !/\.(?:png|ico|woff2|db)$/.test(file.name));
  const host = /\bregistry\.[a-z0-9-]+\.[a-z]{2,}|registry\s*=\s*http/i;
  const naming = texts
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => host.test(readFileSync(path, "utf8")));
  expect(naming.map((path) => relative(root, path))).toEqual([]);
});
