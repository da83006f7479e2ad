import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { startDiscordServer } from "./discord-server.ts";
import type { DiscordServer, DiscordServerOptions } from "./discord-server.ts";

/** Options that can be told to another process. */
export type DiscordProcessOptions = Omit<DiscordServerOptions, "now">;

type MethodName = {
  [K in keyof DiscordServer]: DiscordServer[K] extends (...args: never[]) => unknown ? K : never;
}[Exclude<keyof DiscordServer, "until" | "close" | symbol>];

type FieldName = "calls" | "typing";

const facts = ["apiUrl", "token", "bot", "people", "guild", "roles", "channels"] as const;

export interface DiscordServerProcess extends AsyncDisposable, Pick<DiscordServer, (typeof facts)[number]> {
  /** Runs a method of the server; its refusals come back as errors with their message. */
  call<K extends MethodName>(
    name: K,
    ...args: Parameters<DiscordServer[K]>
  ): Promise<Awaited<ReturnType<DiscordServer[K]>>>;
  read<K extends FieldName>(name: K): Promise<DiscordServer[K]>;
  /** Polls until the probe answers something. */
  until<T>(probe: () => Promise<T>, what: string): Promise<Exclude<T, undefined | null | false>>;
  close(): Promise<void>;
}

interface Request {
  readonly id: number;
  readonly name: MethodName | FieldName;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

const patienceMs = 15_000;
const pollMs = 10;

/**
 * The local Discord in a process of its own, so that its work isn't measured and outlives the tested process. By hand:
 * `node test/support/discord-server-process.ts '{"port":8082}'` prints its URL, token and ids as JSON.
 */
export async function startDiscordServerProcess(
  options: DiscordProcessOptions = {},
): Promise<DiscordServerProcess> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // Permissions are bigints and routes may be patterns: JSON takes neither.
    serialization: "advanced",
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  const [started] = (await once(child, "message")) as [Pick<DiscordServer, (typeof facts)[number]>];
  child.on("message", (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });

  async function ask(name: MethodName | FieldName, args: readonly unknown[]): Promise<unknown> {
    const id = ++asked;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    child.send({ id, name, args } satisfies Request);
    const { value, error } = await answered;
    if (error !== undefined) throw new Error(error);
    return value;
  }

  async function close(): Promise<void> {
    if (!child.connected) return;
    const exited = once(child, "exit");
    child.disconnect();
    await exited;
  }

  return {
    ...started,
    call: (name, ...args) => ask(name, args) as never,
    read: (name) => ask(name, []) as never,
    async until(probe, what) {
      const deadline = performance.now() + patienceMs;
      for (;;) {
        const found = await probe();
        if (found !== undefined && found !== null && found !== false) return found as never;
        if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
        await sleep(pollMs);
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

if (import.meta.main) {
  const server = await startDiscordServer(JSON.parse(process.argv[2] ?? "{}") as DiscordProcessOptions);
  const started = Object.fromEntries(facts.map((name) => [name, server[name]]));
  process.stdout.write(`${JSON.stringify(started)}\n`);
  process.send?.(started);
  process.on("message", ({ id, name, args }: Request) => void answer(id, name, args));
  process.on("disconnect", () => void server.close());
  process.on("SIGTERM", () => void server.close());

  async function answer(id: number, name: Request["name"], args: readonly unknown[]): Promise<void> {
    try {
      const member = server[name] as unknown;
      const value: unknown =
        typeof member === "function" ? await (member as (...list: unknown[]) => unknown)(...args) : member;
      process.send?.({ id, value } satisfies Answer);
    } catch (error) {
      process.send?.({ id, error: String(error) } satisfies Answer);
    }
  }
}
