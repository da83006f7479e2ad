import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";

import { Command } from "commander";
import { pino } from "pino";

import { defaultConfigPath, readConfig } from "./config.ts";
import type { Config } from "./config.ts";
import { AppError } from "./core/errors.ts";

enableCompileCache();

const program = new Command("parley").description("OpenAI models at work in Slack and Discord.");

program.command("start", { isDefault: true }).description("run Parley").action(start);

const storage = program.command("storage").description("look after the embedded storage");
storage
  .command("backup <file>")
  .description("copy the storage into one file, also while Parley runs")
  .action(async (file: string) => {
    const { backupStorage } = await import("./app.ts");
    await backupStorage(loadConfig().dataDir, file);
    say(`Backed up to ${file}.`);
  });
storage
  .command("restore <file>")
  .description("put a backup in place; the folder must hold no storage and Parley must not run")
  .action(async (file: string) => {
    const { restoreStorage } = await import("./app.ts");
    const { dataDir } = loadConfig();
    await restoreStorage(file, dataDir);
    say(`Restored ${file} into ${dataDir}.`);
  });
storage
  .command("check")
  .description("verify the storage file")
  .action(async () => {
    const { checkStorage } = await import("./app.ts");
    const report = await checkStorage(loadConfig().dataDir);
    for (const line of report.lines) say(line);
    if (!report.ok) process.exitCode = 1;
  });

const persona = program.command("persona").description("take personas in and out while Parley is stopped");
const ofWorkspace = [
  "--workspace <platform/id>",
  "such as slack/T0123; the playground's where it is alone",
] as const;
persona
  .command("import <file>")
  .description("take over the personas of a YAML file: all of them, or none")
  .option(...ofWorkspace)
  .action(async (file: string, { workspace }: WorkspaceOption) => {
    const { importPersonaFile } = await import("./app.ts");
    say(await importPersonaFile(loadConfig(), { file, workspace }, operatorDeps()));
  });
persona
  .command("export [name]")
  .description("write a persona, or all of a workspace, into new YAML files here")
  .option(...ofWorkspace)
  .action(async (name: string | undefined, { workspace }: WorkspaceOption) => {
    const { exportPersonaFiles } = await import("./app.ts");
    say(await exportPersonaFiles(loadConfig(), { name, workspace }, operatorDeps()));
  });

interface WorkspaceOption {
  readonly workspace?: string;
}

program
  .command("threads")
  .description("look after what earlier threads are found by")
  .command("index <channels...>")
  .description(
    "make what was said in channels before findable, such as slack/T0123/C0123; Parley runs meanwhile",
  )
  .action(indexThreads);

program
  .command("manifest")
  .description("print the Slack app manifest and the Discord invitation")
  .option("--public-url <url>", "where Slack reaches Parley; without it the manifest is for Socket Mode")
  .option("--discord-application <id>", "the application's id, where DISCORD_TOKEN isn't set")
  .action(async ({ publicUrl, discordApplication }: ManifestOptions) => {
    const { describeApps } = await import("./app.ts");
    if (existsSync(".env")) process.loadEnvFile(".env");
    const token = process.env["DISCORD_TOKEN"];
    const apiUrl = process.env["DISCORD_API_URL"];
    const described = await describeApps({ publicUrl, discordApplication, token, apiUrl });
    process.stdout.write(`${described}\n`);
  });

interface ManifestOptions {
  readonly publicUrl?: string;
  readonly discordApplication?: string;
}

program.command("doctor", { hidden: true }).action(() => {
  say("“parley doctor” (checks tokens, scopes, intents, models and storage) isn't in this version yet.");
  process.exitCode = 1;
});

try {
  await program.parseAsync();
} catch (error) {
  // An AppError is a sentence for the operator; anything else is a defect, and its stack is what helps.
  say(error instanceof AppError ? error.message : String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
}

async function start(): Promise<void> {
  const config = loadConfig();
  const log = pino({ level: config.logLevel, base: null });
  const { startApp } = await import("./app.ts");
  const app = await startApp(config, { log, now: Date.now, newId: randomUUID });
  const opening = config.playground
    ? `Parley is open at ${app.url}`
    : `Parley is running; its state is at ${app.url}/readyz`;
  say(app.banner === undefined ? opening : `${opening}\n${app.banner}`);

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    say(`${signal}: finishing what is under way (once more: leave at once)`);
    void app.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

/** Runs Parley until the channels are read. While another one runs, the command in chat does the same. */
async function indexThreads(channels: readonly string[]): Promise<void> {
  const config = loadConfig();
  const log = pino({ level: "error", base: null });
  const { indexChannels, startApp } = await import("./app.ts");
  const app = await startApp(config, { log, now: Date.now, newId: randomUUID }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== "storage_locked") throw error;
    const instead = "While Parley runs, `/parley threads index start` in the channel does the same.";
    throw new AppError("storage_locked", `${error.message} ${instead}`, { cause: error });
  });
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      say(`${signal}: it goes on when Parley runs again, or with the same command`);
      interrupted.abort();
    });
  try {
    if (!(await indexChannels(config, app.history, channels, { say, signal: interrupted.signal })))
      process.exitCode = 1;
  } finally {
    await app.stop();
  }
  process.exit();
}

function operatorDeps() {
  return { log: pino({ level: "error", base: null }), now: Date.now };
}

function loadConfig(): Config {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const path = process.env["PARLEY_CONFIG"] || defaultConfigPath;
  if (!existsSync(path)) {
    if (process.env["PARLEY_CONFIG"])
      throw new AppError("config_invalid", `PARLEY_CONFIG names ${path}, but there is no such file.`);
    return readConfig(process.env, undefined);
  }
  return readConfig(process.env, { path, text: readFileSync(path, "utf8") });
}

/** For the person at the terminal; the log goes to standard output. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
