import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { startOpenAiServer } from "./openai-server.ts";
import type { OpenAiServerOptions, RequestKind } from "./openai-server.ts";

/** Options that can be told to another process. */
export type OpenAiProcessOptions = Omit<OpenAiServerOptions, "reply"> & { readonly reply?: string };

export interface OpenAiServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly apiKey: string;
  /** What came in so far. Times are milliseconds since the epoch with a fraction. */
  requests(): Promise<
    readonly { readonly kind: RequestKind | "other"; readonly at: number; readonly body: unknown }[]
  >;
  close(): Promise<void>;
}

/**
 * The local OpenAI server in a process of its own, so that its work isn't measured. By hand:
 * `node test/support/openai-server-process.ts '{"port":8081}'` prints its URL and key as JSON.
 */
export async function startOpenAiServerProcess(
  options: OpenAiProcessOptions = {},
): Promise<OpenAiServerProcess> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [started] = (await once(child, "message")) as [{ url: string; apiKey: string }];
  async function close(): Promise<void> {
    const exited = once(child, "exit");
    child.disconnect();
    await exited;
  }

  return {
    ...started,
    async requests() {
      child.send("requests");
      const [list] = (await once(child, "message")) as [Awaited<ReturnType<OpenAiServerProcess["requests"]>>];
      return list;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

if (import.meta.main) {
  const server = await startOpenAiServer(JSON.parse(process.argv[2] ?? "{}") as OpenAiProcessOptions);
  const { url, apiKey } = server;
  process.stdout.write(`${JSON.stringify({ url, apiKey })}\n`);
  process.send?.({ url, apiKey });
  process.on("message", () => {
    process.send?.(server.requests.map(({ kind, at, body }) => ({ kind, at, body })));
  });
  process.on("disconnect", () => void server.close());
  process.on("SIGTERM", () => void server.close());
}
