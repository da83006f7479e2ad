import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

/** What a test sees of the playground: the same requests that the page makes. */
export interface PlaygroundClient {
  post(draft: Draft): Promise<Seen>;
  /** The status alone, also of a refusal. */
  tryPost(draft: Draft): Promise<number>;
  edit(target: Target, text: string): Promise<void>;
  remove(target: Target): Promise<void>;
  stop(target: Target): Promise<void>;
  press(target: Target, action: string): Promise<void>;
  pressNotice(as: string, id: string, action: string): Promise<void>;
  react(target: Target, emoji: string, on: boolean): Promise<void>;
  messages(as: string, channel: string, thread?: string): Promise<Listing>;
  /** Complete answers of Parley's in a thread or a direct channel, oldest first, once there are so many. */
  answers(where: Where, count?: number): Promise<readonly Seen[]>;
  /** Parley's answer while it is being written. */
  writing(where: Where): Promise<Seen>;
  /** Polls until the probe answers something. */
  until<T>(probe: () => Promise<T | undefined>, what: string): Promise<T>;
}

export interface Draft {
  readonly as: string;
  readonly channel: string;
  readonly text: string;
  readonly thread?: string;
  readonly clientId?: string;
}

export interface Where {
  readonly as: string;
  readonly channel: string;
  readonly thread?: string;
}

export interface Target extends Where {
  readonly id: string;
}

export interface Seen {
  readonly id: string;
  readonly author: string;
  readonly text: string;
  readonly writing: boolean;
  readonly thread?: string;
  readonly buttons: readonly { readonly action: string }[];
  readonly files?: readonly { readonly id: string; readonly altText: string }[];
}

export interface Listing {
  readonly messages: readonly Seen[];
  readonly notices: readonly {
    readonly id: string;
    readonly blocks: readonly string[];
    readonly buttons: readonly { readonly action: string }[];
  }[];
}

const patienceMs = 15_000;

export function createPlaygroundClient(url: string): PlaygroundClient {
  async function call(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(new URL(path, url), {
      method,
      headers: { "content-type": "application/json", origin: new URL(url).origin },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async function succeed(response: Response): Promise<Response> {
    if (!response.ok) throw new Error(`${response.status} of ${response.url}: ${await response.text()}`);
    return response;
  }

  const client: PlaygroundClient = {
    async post(draft) {
      const response = await succeed(await send(draft));
      return ((await response.json()) as { message: Seen }).message;
    },
    async tryPost(draft) {
      return (await send(draft)).status;
    },
    async edit({ as, channel, thread, id }, text) {
      await succeed(
        await call("PUT", `/api/channels/${channel}/messages/${id}`, {
          as,
          thread,
          text,
          editId: randomUUID(),
        }),
      );
    },
    async remove({ as, channel, thread, id }) {
      await succeed(await call("DELETE", `/api/channels/${channel}/messages/${id}`, { as, thread }));
    },
    stop: (target) => client.press(target, "stop"),
    async press({ as, channel, thread, id }, action) {
      const body = { as, thread, action, pressId: randomUUID() };
      await succeed(await call("POST", `/api/channels/${channel}/messages/${id}/press`, body));
    },
    async pressNotice(as, id, action) {
      await succeed(await call("POST", `/api/notices/${id}/press`, { as, action, pressId: randomUUID() }));
    },
    async react({ as, channel, thread, id }, emoji, on) {
      const body = { as, thread, emoji, on };
      await succeed(await call("PUT", `/api/channels/${channel}/messages/${id}/reaction`, body));
    },
    async messages(as, channel, thread) {
      const path = thread === undefined ? "messages" : `threads/${thread}`;
      return (await (
        await succeed(await call("GET", `/api/channels/${channel}/${path}?as=${as}`))
      ).json()) as Listing;
    },
    async answers({ as, channel, thread }, count = 1) {
      return client.until(
        async () => {
          const { messages } = await client.messages(as, channel, thread);
          const answers = messages.filter((message) => message.author === "parley");
          return answers.length >= count && answers.every((answer) => !answer.writing) ? answers : undefined;
        },
        `${count} complete answer(s) in ${channel}/${thread ?? ""}`,
      );
    },
    async writing({ as, channel, thread }) {
      return client.until(async () => {
        const { messages } = await client.messages(as, channel, thread);
        return messages.find((message) => message.author === "parley" && message.writing);
      }, "an answer that is being written");
    },
    async until(probe, what) {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        const found = await probe();
        if (found !== undefined) return found;
        if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
        await sleep(15);
      }
    },
  };
  return client;

  function send({ channel, clientId = randomUUID(), ...draft }: Draft): Promise<Response> {
    return call("POST", `/api/channels/${channel}/messages`, { ...draft, clientId });
  }
}
