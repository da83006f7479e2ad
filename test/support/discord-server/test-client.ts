import { Client, Events, GatewayIntentBits, Partials } from "discord.js";
import type { ClientOptions } from "discord.js";

import type { DiscordServer } from "../discord-server.ts";

const { Guilds, GuildMessages, MessageContent, DirectMessages, GuildMessageReactions } = GatewayIntentBits;
export const usualIntents = [Guilds, GuildMessages, MessageContent, DirectMessages, GuildMessageReactions];

/** Real clients of a local Discord, and its REST API without one. */
export function createTestClients(server: () => Pick<DiscordServer, "apiUrl" | "token">) {
  const clients: Client[] = [];

  function create(options: Partial<ClientOptions> = {}): Client {
    const client = new Client({
      intents: usualIntents,
      partials: [Partials.Channel, Partials.Message],
      ...options,
      // The client's own throttle lets five seconds pass between two IDENTIFYs.
      ws: {
        buildIdentifyThrottler: () => Promise.resolve({ waitForIdentify: () => Promise.resolve() }),
        ...options.ws,
      },
      rest: { api: server().apiUrl, retries: 0, ...options.rest },
    });
    clients.push(client);
    return client;
  }

  return {
    create,
    /** Logs in and waits until the guilds are there. */
    async connect(options: Partial<ClientOptions> = {}): Promise<Client<true>> {
      const client = create(options);
      const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
      await client.login(server().token);
      return ready;
    },
    /** One REST call as the bot; the body of the answer as it came. */
    async request(
      method: string,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<{ readonly status: number; readonly body: unknown; readonly headers: Headers }> {
      const response = await fetch(`${server().apiUrl}/v10${path}`, {
        method,
        headers: {
          authorization: `Bot ${server().token}`,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text ? (JSON.parse(text) as unknown) : undefined,
        headers: response.headers,
      };
    },
    async close(): Promise<void> {
      await Promise.all(clients.splice(0).map((client) => client.destroy()));
    },
  };
}
