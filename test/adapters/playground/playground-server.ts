import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createWebServer } from "../../../src/adapters/http/server.ts";
import { createPlayground } from "../../../src/adapters/playground/adapter.ts";
import { openEmbeddedStorage } from "../../../src/adapters/storage/embedded/storage.ts";
import { commandTable } from "../../../src/core/command/table.ts";
import type { PlatformEvent, Place } from "../../../src/core/event.ts";
import type { ChannelId, MessageId, ThreadId } from "../../../src/core/ids.ts";
import type { Intake, Platform } from "../../../src/core/platform.ts";
import { workspaceId } from "../../../src/adapters/playground/workspace.ts";
import { intent } from "../../support/intent.ts";
import { createMemoryLog } from "../../support/log.ts";
import { unwatched } from "../../support/fence.ts";
import { formsOf } from "../../support/forms.ts";

export const signal = new AbortController().signal;

export interface SeenMessage {
  readonly id: MessageId;
  readonly channel: string;
  readonly thread?: string;
  readonly author: string;
  readonly text: string;
  readonly blocks: readonly string[];
  readonly version: number;
  readonly writing: boolean;
  readonly files?: readonly { readonly id: string; readonly altText: string }[];
  readonly deleted?: true;
  readonly undelivered?: true;
  readonly editedAt?: number;
  readonly answers?: { readonly replies: number; readonly people: readonly string[] };
}

export interface SeenList {
  readonly messages: readonly SeenMessage[];
  readonly root?: SeenMessage;
  readonly more: boolean;
  readonly notices: readonly { readonly id: string; readonly blocks: readonly string[] }[];
}

export type PlaygroundServer = Awaited<ReturnType<typeof startPlayground>>;

/** The playground over the real store and the real web server, with an intake that keeps what it is given. */
export async function startPlayground(
  options: { readonly dir?: string; readonly banner?: string; readonly port?: number } = {},
) {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "parley-playground-")));
  const log = createMemoryLog();
  const storage = await openEmbeddedStorage({ dir, now: Date.now, log });
  const { banner } = options;
  const { platform, routes } = createPlayground({
    table: commandTable,
    forms: formsOf(() => platform),
    completionValues: async () => ({ persona: ["technical", "creative"], model: ["gpt-6-luna"] }),
    storage,
    now: Date.now,
    newId: randomUUID,
    log,
    address: () => "http://playground.test",
    ...(banner !== undefined && { banner }),
  });
  const web = createWebServer({
    host: "127.0.0.1",
    port: options.port ?? 0,
    log,
    parts: async () => ({ playground: platform.health() }),
    routes: [routes],
  });
  const events: PlatformEvent[] = [];
  let answer: Intake = async () => {};
  await platform.start(
    async (event) => {
      await answer(event);
      events.push(event);
    },
    () => {},
  );
  const { url } = await web.start();

  const call = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: { "content-type": "application/json", origin: url, ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });

  return {
    dir,
    url,
    log,
    storage,
    platform,
    events,
    call,
    /** What happens when an event is handed in. */
    onIntake(next: Intake) {
      answer = next;
    },
    async post(as: string, channel: string, text: string, thread?: string): Promise<SeenMessage> {
      const response = await call("POST", `/api/channels/${channel}/messages`, {
        as,
        clientId: randomUUID(),
        text,
        thread,
      });
      const body = (await response.json()) as { message: SeenMessage; error?: string };
      if (response.status !== 201) throw new Error(`${response.status} ${body.error}`);
      return body.message;
    },
    async list(as: string, channel: string, before?: string): Promise<SeenList> {
      const query = new URLSearchParams({ as, ...(before !== undefined && { before }) });
      return (await (
        await call("GET", `/api/channels/${channel}/messages?${query.toString()}`)
      ).json()) as SeenList;
    },
    async thread(as: string, channel: string, root: string): Promise<SeenList> {
      return (await (
        await call("GET", `/api/channels/${channel}/threads/${root}?as=${as}`)
      ).json()) as SeenList;
    },
    /** Ends the process's part; the data stay. */
    async stop(): Promise<void> {
      await platform.stopIntake();
      await platform.stop();
      await web.stop();
      await storage.close();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await this.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function placeIn(channel: string, thread?: string): Place {
  return {
    platform: "playground",
    workspace: workspaceId,
    channel: channel as ChannelId,
    ...(thread !== undefined && { thread: thread as ThreadId }),
  };
}

/** Says one complete answer through a live reply. */
export async function reply(
  platform: Platform,
  place: Place,
  text: string,
  cause: string = randomUUID(),
): Promise<MessageId> {
  const live = platform.openReply(place, intent(cause));
  const [id] = await live.show([text], { final: true, buttons: [], ...unwatched(signal) });
  if (!id) throw new Error("nothing was posted");
  return id;
}

/** Reads server-sent events as one person. */
export async function watch(url: string, as: string) {
  const end = new AbortController();
  const response = await fetch(`${url}/api/events?as=${as}`, { signal: end.signal });
  if (response.status !== 200) throw new Error(String(response.status));
  const seen: { readonly kind: string; readonly [key: string]: unknown }[] = [];
  const waiting: { readonly test: () => boolean; readonly resolve: () => void }[] = [];
  let closed = false;
  const tellWaiting = (): void => {
    for (const [index, entry] of [...waiting.entries()].toReversed()) {
      if (!entry.test()) continue;
      waiting.splice(index, 1);
      entry.resolve();
    }
  };
  const reading = (async () => {
    let buffer = "";
    try {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        buffer += chunk;
        const frames = buffer.split("\n\n");
        buffer = frames.pop() ?? "";
        for (const frame of frames) {
          const data = /^data: ([^\n]*)$/m.exec(frame)?.[1];
          const kind = /^event: (.*)$/m.exec(frame)?.[1];
          if (data !== undefined && kind !== undefined) seen.push({ ...(JSON.parse(data) as object), kind });
        }
        tellWaiting();
      }
    } catch (error) {
      if (!end.signal.aborted) throw error;
    }
    closed = true;
    tellWaiting();
  })();
  const until = (test: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ test, resolve });
      tellWaiting();
    });
  await until(() => seen.some((event) => event.kind === "hello"));
  return {
    seen,
    until,
    untilClosed: () => until(() => closed),
    async close(): Promise<void> {
      end.abort();
      await reading;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await this.close();
    },
  };
}
