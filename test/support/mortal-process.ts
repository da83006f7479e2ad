import { fork } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { startApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import type { Storage } from "../../src/core/storage.ts";
import { createMemoryLog } from "./log.ts";

/** Which write of a story is the last thing that the process does: before it is made, or as soon as it is durable. */
export interface Death {
  /** 1 for the first. */
  readonly write: number;
  readonly when: "before" | "after";
}

/** Parley in a process that kills itself with SIGKILL at a chosen write. */
export interface MortalProcess {
  readonly url: string;
  /** Writes are counted from now on. */
  dieAt(death: Death): Promise<void>;
  kill(): Promise<void>;
  readonly isDead: () => boolean;
}

export async function startMortalProcess(env: Readonly<Record<string, string>>): Promise<MortalProcess> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(env)], {
    env: { PATH: process.env["PATH"] },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let dead = false;
  const exited = once(child, "exit").then(() => (dead = true));
  const [url] = (await once(child, "message")) as [string];
  return {
    url,
    isDead: () => dead,
    async dieAt(death) {
      child.send(death);
      await once(child, "message");
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Counts what is written of stories; what the program notes for itself besides is not of them. */
function killAtWrites(storage: Storage): { readonly storage: Storage; dieAt(death: Death): void } {
  let death: Death | undefined;
  let writes = 0;
  const die = (): Promise<never> => {
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => undefined);
  };
  const counted =
    <Args extends unknown[], Answer>(write: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      const number = ++writes;
      const isLast = number === death?.write;
      if (isLast && death?.when === "before") return die();
      const answer = await write(...args);
      return isLast ? die() : answer;
    };
  const { queue } = storage;
  return {
    storage: {
      ...storage,
      commit: counted((operations) => storage.commit(operations)),
      queue: {
        ...queue,
        enqueue: counted((entry) => queue.enqueue(entry)),
        checkpoint: counted((token, state) => queue.checkpoint(token, state)),
        finish: counted((token, options) => queue.finish(token, options)),
        retry: counted((token, at) => queue.retry(token, at)),
      },
    },
    dieAt(next) {
      writes = 0;
      death = next;
    },
  };
}

async function live(env: Readonly<Record<string, string>>): Promise<void> {
  const log = createMemoryLog();
  const config = readConfig({ PORT: "0", PARLEY_PLAYGROUND: "off", ...env }, undefined);
  const opened = await openEmbeddedStorage({ dir: config.dataDir, now: Date.now, log });
  const { storage, dieAt } = killAtWrites(opened);
  process.on("message", (death: Death) => {
    dieAt(death);
    process.send?.("armed");
  });
  process.on("disconnect", () => process.exit(1));
  const openStorage = async () => storage;
  const app = await startApp(config, { log, now: Date.now, newId: randomUUID, openStorage });
  process.send?.(app.url);
}

if (import.meta.main) await live(JSON.parse(process.argv[2] ?? "{}") as Readonly<Record<string, string>>);
