import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { startDiscordServer } from "../support/discord-server.ts";
import { startParleyProcess } from "../support/parley-process.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const dm = { as: "ada", channel: "dm-ada" };

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "parley-cli-"));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const folder = (name: string) => ({ PARLEY_DATA_DIR: join(dir, name) });

function parley(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...args],
      { cwd: dir, env: { PATH: process.env["PATH"], ...env } },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
      },
    );
  });
}

describe("parley storage", () => {
  it("backs up a running store, checks it, and brings its conversations back elsewhere", async () => {
    const backup = join(dir, "parley.backup");
    const first = await startParleyProcess({ ...folder("one"), PARLEY_CONFIG: "" });
    await first.client.post({ ...dm, text: "remember the lighthouse" });
    await first.client.answers(dm);
    expect(await parley(["storage", "backup", backup], folder("one"))).toMatchObject({ code: 0 });
    await first.end("SIGTERM");

    expect(await parley(["storage", "check"], folder("one"))).toMatchObject({ code: 0 });
    expect(await parley(["storage", "restore", backup], folder("two"))).toMatchObject({ code: 0 });
    const second = await startParleyProcess(folder("two"));
    const { messages } = await second.client.messages("ada", "dm-ada");
    expect(messages.map(({ text }) => text)[0]).toBe("remember the lighthouse");
    expect(await parley(["storage", "restore", backup], folder("two"))).toMatchObject({ code: 1 });
    await second.end("SIGTERM");
  });

  it("says in one sentence what a damaged backup is", async () => {
    const file = join(dir, "damaged");
    await writeFile(file, "this is no database");
    const { code, output } = await parley(["storage", "restore", file], folder("one"));
    expect(code).toBe(1);
    expect(output.trim().split("\n")).toHaveLength(1);
  });
});

describe("parley manifest", () => {
  it("prints what Slack and Discord are to be told, for a socket or for an address", async () => {
    const { code, output } = await parley(["manifest", "--discord-application", "123"]);
    expect(code).toBe(0);
    const manifest = JSON.parse(/^\{[^]*^\}/m.exec(output)?.[0] ?? "") as { settings: object };
    expect(manifest.settings).toMatchObject({ socket_mode_enabled: true });
    expect(output).toMatch(/^https:\/\/discord\.com\/oauth2\/authorize\?client_id=123&/m);
    const overHttp = await parley(["manifest", "--public-url", "https://parley.example.org"]);
    expect(overHttp.output).toContain('"request_url": "https://parley.example.org/slack/events"');
  });

  it("asks Discord which application the token is for", async () => {
    await using discord = await startDiscordServer();
    const env = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
    const { output } = await parley(["manifest"], env);
    expect(output).toContain(`client_id=${discord.bot.applicationId}&`);
    const refused = await parley(["manifest"], { ...env, DISCORD_TOKEN: "MTA.wrong.token" });
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("DISCORD_TOKEN") as string });
  });
});

describe("parley persona", () => {
  const support = [
    "personas:",
    "  support:",
    "    template: technical",
    "    instructions: You know the Acme router.",
    "",
  ].join("\n");

  it("takes a file over, which answers in chat, and writes the same file out again", async () => {
    await writeFile(join(dir, "support.yaml"), support);
    const imported = await parley(["persona", "import", "support.yaml"], folder("one"));
    expect(imported).toMatchObject({ code: 0, output: expect.stringContaining("support") as string });
    expect(await parley(["persona", "export"], folder("one"))).toMatchObject({ code: 0 });
    expect(await readFile(join(dir, "personas.yaml"), "utf8")).toBe(support);
    const again = await parley(["persona", "export"], folder("one"));
    expect(again).toMatchObject({
      code: 1,
      output: expect.stringContaining("such a file already") as string,
    });

    const running = await startParleyProcess(folder("one"));
    await running.client.post({ ...dm, text: "/persona show support" });
    await running.client.until(async () => {
      const shown = JSON.stringify(await running.client.messages("ada", "dm-ada"));
      return shown.includes("You know the Acme router.") || undefined;
    }, "the persona to be shown");
    const meanwhile = await parley(["persona", "import", "support.yaml"], folder("one"));
    expect(meanwhile).toMatchObject({
      code: 1,
      output: expect.stringContaining("/parley persona import") as string,
    });
    await running.end("SIGTERM");
  });

  it.each([
    ["a file that isn't there", "nothing.yaml", [], "nothing.yaml can't be read: ENOENT"],
    ["what is no persona", "wrong.yaml", [], "template"],
    ["what moderation blocks", "bad.yaml", [], "support"],
    ["a workspace that is none", "support.yaml", ["--workspace", "teams/1"], "--workspace slack/"],
  ])("refuses %s in a sentence, and takes nothing over", async (_title, file, more, said) => {
    await writeFile(join(dir, "support.yaml"), support);
    await writeFile(join(dir, "wrong.yaml"), support.replace("technical", "wizard"));
    await writeFile(join(dir, "bad.yaml"), support.replace("know the Acme router", "will kill you all"));
    const { code, output } = await parley(["persona", "import", file, ...more], folder("one"));
    expect(code).toBe(1);
    expect(output).toContain(said);
    expect(output).not.toContain("    at ");
    expect(await parley(["persona", "export"], folder("one"))).toMatchObject({ code: 1 });
  });
});

describe("a verb that isn't built yet", () => {
  it("says so and exits non-zero", async () => {
    const { code, output } = await parley(["doctor"]);
    expect(code).toBe(1);
    expect(output).toMatch(/isn't in this version yet/);
  });
});

describe("settings", () => {
  it("that are wrong are all named, and no stack is shown", async () => {
    await writeFile(join(dir, "parley.yaml"), "brust: together\nconcurrency: many\n");
    const { code, output } = await parley(["start"], { PORT: "http" });
    expect(code).toBe(1);
    for (const part of ["PORT", "brust", "burst", "concurrency"]) expect(output).toContain(part);
    expect(output).not.toContain("    at ");
  });

  it("are looked for where PARLEY_CONFIG says, and nowhere else", async () => {
    const { code, output } = await parley(["start"], { PARLEY_CONFIG: "elsewhere.yaml" });
    expect(code).toBe(1);
    expect(output).toContain("elsewhere.yaml");
  });
});

describe("parley threads index", () => {
  const general = "playground/playground/general";

  it("makes a channel findable, tells it, shows how far it is, and is not taken for a second Parley", async () => {
    const first = await startParleyProcess(folder("one"));
    for (const text of ["where do the signing keys live?", "who waters the plants?"]) {
      const { id: thread } = await first.client.post({ as: "ben", channel: "general", text });
      await first.client.post({ as: "ada", channel: "general", thread, text: "I look it up." });
    }
    const meanwhile = await parley(["threads", "index", general], folder("one"));
    expect(meanwhile).toMatchObject({
      code: 1,
      output: expect.stringContaining("/parley threads index start") as string,
    });
    await first.end("SIGTERM");

    const env = { ...folder("one"), PORT: "0" };
    const indexed = await parley(["threads", "index", general], env);
    expect(indexed.output).toContain(
      `${general}: It goes on. So far 0 threads with 0 messages can be found.`,
    );
    expect(indexed.output).toContain(`${general}: It is done: 2 threads with 4 messages can be found.`);
    expect(indexed.code).toBe(0);
    const again = await parley(["threads", "index", general], env);
    expect(again).toMatchObject({
      code: 0,
      output: expect.stringContaining("It is done: 2 threads") as string,
    });

    const second = await startParleyProcess(folder("one"));
    const { messages } = await second.client.messages("ben", "general");
    const told = messages.filter(({ text }) => text.includes("is being made findable now"));
    expect(told).toHaveLength(2);
    await second.client.post({
      as: "ben",
      channel: "general",
      text: "@Parley /threads similar signing keys",
    });
    await second.client.until(async () => {
      const { notices } = await second.client.messages("ben", "general");
      return JSON.stringify(notices).includes("where do the signing keys live?") || undefined;
    }, "the thread to be found");
    await second.end("SIGTERM");
  });

  it.each([
    ["general", /names no channel/],
    ["playground/playground/nowhere", /no channel playground\/playground\/nowhere/],
    ["playground/playground/dm-ada", /never made findable/],
    ["slack/T1/C1", /isn't set up here/],
  ])("refuses %s in a sentence", async (channel, sentence) => {
    const refused = await parley(["threads", "index", channel], { ...folder("one"), PORT: "0" });
    expect(refused).toMatchObject({ code: 1, output: expect.stringMatching(sentence) as string });
    expect(refused.output.trim().split("\n")).toHaveLength(1);
  });

  it("refuses where the configuration keeps history out", async () => {
    await writeFile(join(dir, "parley.yaml"), "threads: { history: off }\n");
    const refused = await parley(["threads", "index", general], { ...folder("one"), PORT: "0" });
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("turned this off") as string });
  });
});
