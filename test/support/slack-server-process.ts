import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { until } from "./slack-server/until.ts";
import { startSlackServer } from "./slack-server.ts";
import type { SlackServer, SlackServerOptions } from "./slack-server.ts";

/** Options that can be told to another process. */
export type SlackProcessOptions = Omit<SlackServerOptions, "now">;

const facts = [
  "apiUrl",
  "botToken",
  "appToken",
  "signingSecret",
  "team",
  "bot",
  "users",
  "channels",
] as const satisfies readonly (keyof SlackServer)[];

type Facts = Pick<SlackServer, (typeof facts)[number]>;

type MethodName = {
  [K in keyof SlackServer]: SlackServer[K] extends (...args: never[]) => unknown ? K : never;
}[Exclude<keyof SlackServer, "until" | "close" | symbol>];

type FieldName = "calls" | "deliveries" | "responses" | "views" | "suggestedPrompts";

export interface SlackServerProcess extends AsyncDisposable, Facts {
  /** Runs a method of the server; its refusals come back as errors with their message. */
  call<K extends MethodName>(
    name: K,
    ...args: Parameters<SlackServer[K]>
  ): Promise<Awaited<ReturnType<SlackServer[K]>>>;
  read<K extends FieldName>(name: K): Promise<SlackServer[K]>;
  /** Polls until the probe answers something. */
  readonly until: typeof until;
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

/**
 * The local Slack in a process of its own, so that its work isn't measured and outlives the tested process. By hand:
 * `node test/support/slack-server-process.ts '{"port":8083}'` prints its URL, tokens and ids as JSON.
 */
export async function startSlackServerProcess(
  options: SlackProcessOptions = {},
): Promise<SlackServerProcess> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // Files are bytes: JSON doesn't take them.
    serialization: "advanced",
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  const [started] = (await once(child, "message")) as [Facts];
  child.on("message", (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });

  async function ask(name: Request["name"], args: readonly unknown[]): Promise<unknown> {
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
    until,
    close,
    [Symbol.asyncDispose]: close,
  };
}

if (import.meta.main) {
  const server = await startSlackServer(JSON.parse(process.argv[2] ?? "{}") as SlackProcessOptions);
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
