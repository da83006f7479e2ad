import { setTimeout as sleep } from "node:timers/promises";

import {
  SimpleShardingStrategy,
  WebSocketShardDestroyRecovery,
  WebSocketShardEvents,
  WebSocketShardStatus,
} from "discord.js";
import type { SessionInfo, WebSocketShardDestroyOptions } from "discord.js";

export interface ShardKeeper {
  /** For the `ws` option of discord.js's client. */
  readonly buildStrategy: (manager: ShardManager) => SimpleShardingStrategy;
  /** Ends the shards for good, at once also while they wait. */
  end(): Promise<void>;
}

type ShardManager = ConstructorParameters<typeof SimpleShardingStrategy>[0];

/** What is used of a WebSocketShard; its types leave some of it out. */
interface Shard {
  readonly id: number;
  readonly status: WebSocketShardStatus;
  readonly connection: { readonly readyState: number; terminate(): void } | null;
  readonly failedToConnectDueToNetworkError: boolean;
  readonly strategy: {
    readonly options: { readonly gatewayInformation: { readonly url: string } };
    retrieveSessionInfo(id: number): Promise<SessionInfo | null> | SessionInfo | null;
    updateSessionInfo(id: number, session: SessionInfo | null): Promise<void> | void;
  };
  on(event: WebSocketShardEvents, listener: () => void): unknown;
  /** Every attempt to connect goes through it, the first one too. */
  internalConnect(): Promise<void>;
  destroy(options?: WebSocketShardDestroyOptions): Promise<void>;
}

const firstDelayMs = 1_000;
const maxDelayMs = 60_000;
const settledMs = 10_000;
/** For the other side to answer a close; ws waits half a minute for one that is no longer there. */
const closeMs = 2_000;
/** Of ws: a close was sent, and none came. */
const closing = 2;

/**
 * Makes discord.js's shards good neighbours: left to themselves they connect again every half second for as long as Discord
 * is away, and after an end while they wait all the same (@discordjs/ws 1.2, WebSocketShard.destroy).
 */
export function createShardKeeper(): ShardKeeper {
  const kept = new Set<Shard>();
  const ended = new AbortController();

  /** Waits longer before each attempt in a row that comes to nothing. */
  function pace(shard: Shard): void {
    const { id, strategy } = shard;
    const connect = shard.internalConnect.bind(shard);
    let attempts = 0;
    let hasFailed = false;
    let isResuming = false;
    shard.on(WebSocketShardEvents.Resumed, () => {
      attempts = 0;
      hasFailed = false;
    });
    // Of new sessions there are so many a day: one that ends at once is no reason to hurry with the next.
    shard.on(WebSocketShardEvents.Ready, () => {
      const made = attempts;
      hasFailed = false;
      setTimeout(() => {
        if (attempts === made) attempts = 0;
      }, settledMs).unref();
    });
    shard.internalConnect = async () => {
      const session = await strategy.retrieveSessionInfo(id);
      // Discord is there again: it has refused the session.
      if (isResuming && !session) attempts = 0;
      isResuming = session !== null;
      // Where the session was to be resumed may be gone for good; the usual address takes it too.
      if (session && hasFailed)
        await strategy.updateSessionInfo(id, {
          ...session,
          resumeURL: strategy.options.gatewayInformation.url,
        });
      hasFailed = true;
      await sleep(delayOf(attempts++), undefined, { signal: ended.signal }).catch(() => undefined);
      // An end while it waits for Discord's word brings a second end about, and each of them connects again.
      if (!ended.signal.aborted && shard.status === WebSocketShardStatus.Idle) await connect();
    };
  }

  /** Waits only shortly for the goodbye of somebody who may be gone, and keeps the session when the network fails. */
  function soften(shard: Shard): void {
    const destroy = shard.destroy.bind(shard);
    shard.destroy = (options = {}) => {
      const { connection, failedToConnectDueToNetworkError: isNetworkDown } = shard;
      setTimeout(() => {
        if (connection?.readyState === closing) connection.terminate();
      }, closeMs).unref();
      const { recover } = options;
      const isRetry = recover !== undefined && isNetworkDown;
      return destroy(isRetry ? { ...options, recover: WebSocketShardDestroyRecovery.Resume } : options);
    };
  }

  return {
    buildStrategy(manager) {
      const strategy = new SimpleShardingStrategy(manager);
      const spawn = strategy.spawn.bind(strategy);
      strategy.spawn = async (ids) => {
        await spawn(ids);
        // Not among its types, and the only way to the shards.
        const { shards } = strategy as unknown as { readonly shards: ReadonlyMap<number, Shard> };
        for (const shard of shards.values()) {
          if (kept.has(shard)) continue;
          kept.add(shard);
          pace(shard);
          soften(shard);
        }
      };
      return strategy;
    },
    async end() {
      ended.abort();
      await atMost(closeMs, Promise.all([...kept].map((shard) => shard.destroy())));
      for (const { connection } of kept) {
        if (!connection) continue;
        // Without a listener the error of a socket that never opened would end the process.
        Object.assign(connection, { onerror: () => undefined });
        connection.terminate();
      }
    },
  };
}

function delayOf(attempts: number): number {
  if (attempts === 0) return 0;
  return Math.min(firstDelayMs * 2 ** (attempts - 1), maxDelayMs) * (0.5 + Math.random() / 2);
}

/** Goes on after so many milliseconds whatever became of it. */
export async function atMost(ms: number, task: Promise<unknown>): Promise<void> {
  await Promise.race([task.catch(() => undefined), sleep(ms, undefined, { ref: false })]);
}
