import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import { pino } from "pino";

import { startApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";

/** Parley in a process of its own whose data folder can run out of room. */
export interface ConfinedProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** The data folder as others see it, on a small disk too. */
  readonly dataDir: string;
  /** Answers the exit code. */
  stop(): Promise<number | null>;
  output(): string;
}

export interface Confinement {
  readonly dataDir: string;
  /** Of a disk for the data folder alone, which ends with the process; the folder stands on the usual one when left out. */
  readonly diskBytes?: number;
}

/** What died without a word has its work taken up soon. */
const leaseMs = 2_000;
const namespaces = ["-Urm", "-m"].find(
  (flags) => spawnSync("unshare", [flags, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0,
);

/** Whether a process may be given a disk of its own here. */
export const canConfine = namespaces !== undefined;

/** @throws Error with the output when the process ends before it listens. */
export async function startConfinedProcess(
  env: Readonly<Record<string, string>>,
  { dataDir, diskBytes }: Confinement,
): Promise<ConfinedProcess> {
  const own = [process.execPath, fileURLToPath(import.meta.url), JSON.stringify(env)];
  const mount = `mount -t tmpfs -o size=${diskBytes} tmpfs "$0" && exec "$@"`;
  const [command = "", ...args] =
    diskBytes === undefined ? own : ["unshare", namespaces ?? "-m", "sh", "-c", mount, dataDir, ...own];
  const child = spawn(command, args, {
    env: { PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const found = /"url":"([^"]+)"/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => reject(new Error(`Parley ended: ${output}`)));
  });
  const pid = child.pid ?? 0;
  return {
    url,
    pid,
    dataDir: diskBytes === undefined ? dataDir : `/proc/${pid}/root${dataDir}`,
    output: () => output,
    stop() {
      child.kill("SIGTERM");
      return exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function live(env: Readonly<Record<string, string>>): Promise<void> {
  const config = readConfig({ PORT: "0", PARLEY_PLAYGROUND: "off", ...env }, undefined);
  const log = pino({ base: null });
  const app = await startApp(config, { log, now: Date.now, newId: randomUUID, leaseMs });
  process.once("SIGTERM", () => void app.stop().then(() => process.exit(0)));
}

if (import.meta.main) await live(JSON.parse(process.argv[2] ?? "{}") as Readonly<Record<string, string>>);
