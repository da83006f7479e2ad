import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { createPlaygroundClient } from "./playground-client.ts";
import type { PlaygroundClient } from "./playground-client.ts";

/** Parley as a process of its own, as `npm start` runs it. */
export interface ParleyProcess {
  readonly client: PlaygroundClient;
  readonly url: string;
  readonly pid: number;
  /** Answers the exit code, or nothing where a signal ended it. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<number | undefined>;
  signal(signal: "SIGTERM"): void;
  readonly exited: Promise<number | undefined>;
  /** What it wrote, log and all. */
  output(): string;
}

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** @throws Error with the output when the process ends before it is open. */
export async function startParleyProcess(env: Readonly<Record<string, string>>): Promise<ParleyProcess> {
  // Its working folder is its own, so that no parley.yaml or .env of somebody's is read.
  const cwd = env["PARLEY_DATA_DIR"] ?? ".";
  await mkdir(cwd, { recursive: true });
  const child = spawn(process.execPath, [main, "start"], {
    env: { PATH: process.env["PATH"], PORT: "0", ...env },
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const exited = once(child, "exit").then(([code]) => (code as number | null) ?? undefined);
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const opened = /open at (\S+)/.exec(output)?.[1];
      if (opened !== undefined) resolve(opened);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void exited.then(() => reject(new Error(`Parley ended: ${output}`)));
  });
  return {
    client: createPlaygroundClient(url),
    url,
    pid: child.pid ?? 0,
    exited,
    output: () => output,
    signal: (signal) => child.kill(signal),
    end: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}
