import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import { Keyv } from "keyv";

import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { startApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { AppError } from "../../src/core/errors.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import type { Storage } from "../../src/core/storage.ts";
import { createMemoryLog } from "./log.ts";

/** Parley in processes of their own that share one store, as instances on one Redis do. */
export interface Instances extends AsyncDisposable {
  start(env: Readonly<Record<string, string>>): Promise<Instance>;
  /** The store that they share. */
  readonly storage: Storage;
}

export interface Instance {
  readonly url: string;
  /** How many claims it was given so far. */
  claims(): number;
  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void;
  /** What it logged, message and fields; also what it was told to say while it stood still. */
  logged(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** A call of a primitive's method, as it goes from an instance to the store. */
interface Call {
  readonly id: number;
  readonly primitive: "storage" | "records" | "log" | "counters" | "queue" | "leases" | "vectors" | "signals";
  readonly method: string;
  readonly args: readonly unknown[];
}

type ToInstance =
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "answer"; readonly id: number; readonly fault: Fault }
  | { readonly kind: "ready" }
  | { readonly kind: "signal"; readonly topic: string; readonly payload: unknown }
  | { readonly kind: "stop" }
  | { readonly kind: "log" };

type FromInstance =
  | ({ readonly kind: "call" } & Call)
  | { readonly kind: "started"; readonly url: string }
  | { readonly kind: "log"; readonly lines: readonly string[] };

interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What an instance is told at its start. */
interface Settings {
  readonly env: Readonly<Record<string, string>>;
  readonly yaml: string;
  readonly leaseMs: number;
}

/** The store lives in this process, which is never stopped. */
export async function startInstances(options: {
  readonly dir: string;
  readonly yaml: string;
  readonly leaseMs: number;
}): Promise<Instances> {
  const { dir, yaml, leaseMs } = options;
  const storage = await openEmbeddedStorage({ dir, now: Date.now, log: createMemoryLog() });
  const running = new Set<ChildProcess>();
  const tell = (child: ChildProcess, message: ToInstance): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  const unsubscribe = storage.queue.onReady(() => {
    for (const child of running) tell(child, { kind: "ready" });
  });

  async function answer(child: ChildProcess, call: Call): Promise<unknown> {
    const { primitive, method, args } = call;
    if (primitive === "signals") {
      const [topic, payload] = args as [string, unknown];
      for (const each of running) tell(each, { kind: "signal", topic, payload });
      return undefined;
    }
    const target = primitive === "storage" ? storage : storage[primitive];
    const run = Reflect.get(target, method) as (...given: unknown[]) => Promise<unknown>;
    const value = await run.apply(target, [...args]);
    if (method === "claim") claimed.set(child, claimsOf(child) + (value as readonly unknown[]).length);
    return value;
  }

  const claimed = new Map<ChildProcess, number>();
  const claimsOf = (child: ChildProcess) => claimed.get(child) ?? 0;

  async function serve(child: ChildProcess, call: Call): Promise<void> {
    const { id } = call;
    try {
      tell(child, { kind: "answer", id, value: await answer(child, call) });
    } catch (error) {
      const { code, message } = error as AppError;
      tell(child, { kind: "answer", id, fault: { code, message } });
    }
  }

  return {
    storage,
    async start(env) {
      const settings: Settings = { env, yaml, leaseMs };
      const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(settings)], {
        env: { PATH: process.env["PATH"] },
        stdio: ["ignore", "ignore", "inherit", "ipc"],
        // Vectors are no JSON.
        serialization: "advanced",
      });
      running.add(child);
      const started = Promise.withResolvers<string>();
      let logged = Promise.withResolvers<readonly string[]>();
      child.on("message", (message: FromInstance) => {
        if (message.kind === "call") void serve(child, message);
        else if (message.kind === "started") started.resolve(message.url);
        else logged.resolve(message.lines);
      });
      const exited = once(child, "exit").then(() => {
        running.delete(child);
        started.reject(new Error("the instance ended"));
      });
      return {
        url: await started.promise,
        claims: () => claimsOf(child),
        signal: (signal) => child.kill(signal),
        async logged() {
          logged = Promise.withResolvers();
          tell(child, { kind: "log" });
          return logged.promise;
        },
        async stop() {
          tell(child, { kind: "stop" });
          await exited;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) {
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
      }
      unsubscribe();
      await storage.close();
    },
  };
}

/** The store as an instance sees it: each method is a message and its answer. */
function connectStorage(): { readonly storage: Storage; readonly hear: (message: ToInstance) => void } {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const readyListeners = new Set<() => void>();
  const topics = new Map<string, Set<(payload: unknown) => void>>();
  let asked = 0;

  const call = (primitive: Call["primitive"], method: string, args: readonly unknown[]): Promise<unknown> => {
    const answered = Promise.withResolvers<unknown>();
    waiting.set(++asked, answered);
    process.send?.({ kind: "call", id: asked, primitive, method, args } satisfies FromInstance);
    return answered.promise;
  };
  const remote = <T extends object>(primitive: Call["primitive"], own: Partial<T>): T =>
    new Proxy(own as T, {
      get: (target, method) =>
        Reflect.get(target, method) ??
        ((...args: readonly unknown[]) => call(primitive, String(method), args)),
    });

  const storage: Storage = {
    cache: new Keyv(),
    records: remote("records", {}),
    log: remote("log", {}),
    counters: remote("counters", {}),
    queue: remote<Storage["queue"]>("queue", {
      onReady(listener) {
        readyListeners.add(listener);
        return () => readyListeners.delete(listener);
      },
    }),
    leases: remote("leases", {}),
    vectors: remote("vectors", {}),
    signals: remote<Storage["signals"]>("signals", {
      async subscribe(topic, listener) {
        const listeners = topics.get(topic) ?? new Set();
        topics.set(topic, listeners.add(listener));
        return async () => {
          listeners.delete(listener);
          if (listeners.size === 0) topics.delete(topic);
        };
      },
    }),
    commit: async (operations) => void (await call("storage", "commit", [operations])),
    health: async () => ({ ok: true, detail: "Shared." }),
    close: async () => undefined,
  };

  return {
    storage,
    hear(message) {
      if (message.kind === "ready") for (const listener of readyListeners) listener();
      if (message.kind === "signal")
        for (const listener of topics.get(message.topic) ?? []) listener(message.payload);
      if (message.kind !== "answer") return;
      const answered = waiting.get(message.id);
      waiting.delete(message.id);
      if ("fault" in message)
        answered?.reject(new AppError(message.fault.code ?? "internal", message.fault.message));
      else answered?.resolve(message.value);
    },
  };
}

async function runInstance({ env, yaml, leaseMs }: Settings): Promise<void> {
  const { storage, hear } = connectStorage();
  const log = createMemoryLog();
  process.on("message", (message: ToInstance) => {
    hear(message);
    if (message.kind === "stop") void app.stop().then(() => process.exit(0));
    if (message.kind === "log") {
      const lines = log.lines.map((line) => JSON.stringify(line));
      process.send?.({ kind: "log", lines } satisfies FromInstance);
    }
  });
  process.on("disconnect", () => process.exit(1));
  const config = readConfig(
    { PORT: "0", PARLEY_PLAYGROUND: "off", ...env },
    { path: "parley.yaml", text: yaml },
  );
  const openStorage = async () => storage;
  const app = await startApp(config, { log, now: Date.now, newId: randomUUID, openStorage, leaseMs });
  process.send?.({ kind: "started", url: app.url } satisfies FromInstance);
}

if (import.meta.main) await runInstance(JSON.parse(process.argv[2] ?? "{}") as Settings);
