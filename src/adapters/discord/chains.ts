import { MessageType, Routes } from "discord-api-types/v10";
import type { Keyv } from "keyv";

import type { Place } from "../../core/event.ts";
import type { MessageId } from "../../core/ids.ts";
import type { Logger, Now } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import { createBoundedMap } from "../../core/bounded-map.ts";
import { refusalCode } from "./errors.ts";
import { directWorkspace } from "./spot.ts";
import { MessagePayload } from "./schema.ts";
import type { Target } from "./threads.ts";

/** Which message a chain of replies began with. */
export interface Chains {
  /** What is known without asking. */
  rootOf(message: string): string | undefined;
  /** Walks up from what a message replies to; without a reference only what was remembered counts. Afterwards `rootOf` knows. */
  find(
    need: { readonly channel: string; readonly message: string; readonly reference?: string },
    signal: AbortSignal,
  ): Promise<void>;
  /** A reply that Parley posted belongs to the chain of what it answers. */
  remember(reply: string, answered: string): Promise<void>;
}

/** Whether something is posted as a reply in a guild's channel, and not in a thread or a direct message. */
export function isInChain(
  place: Place,
  target: Target,
): target is Target & { readonly reference: MessageId } {
  const isInChannel = target.channel === (place.channel as string) && place.workspace !== directWorkspace;
  return isInChannel && target.reference !== undefined;
}

const maxSteps = 25;
const inMemory = { maxSize: 5_000, ttlMs: 3_600_000 };
const storedMs = 30 * 24 * 3_600_000;

export function createChains(deps: {
  readonly api: Api;
  readonly cache: Keyv;
  readonly now: Now;
  readonly log: Logger;
}): Chains {
  const { api, cache, now, log } = deps;
  const roots = createBoundedMap<string>({ ...inMemory, now });
  const keyOf = (message: string) => `discord/root/${message}`;

  async function recall(message: string): Promise<string | undefined> {
    const known = roots.get(message);
    if (known !== undefined) return known;
    try {
      return await cache.get<string>(keyOf(message));
    } catch (error) {
      log.debug({ error: String(error) }, "the beginning of a chain could not be recalled");
      return undefined;
    }
  }

  async function store(message: string, root: string): Promise<void> {
    roots.set(message, root);
    if (root === message) return;
    try {
      await cache.set(keyOf(message), root, storedMs);
    } catch (error) {
      log.debug({ error: String(error) }, "the beginning of a chain could not be kept");
    }
  }

  /** What a message replies to; `undefined` where the chain ends, or can't be followed. */
  async function referenceOf(
    channel: string,
    message: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const call = {
      method: "GET",
      route: Routes.channelMessage(channel, message),
      bucket: `message ${channel}`,
    } as const;
    try {
      const { data } = MessagePayload.safeParse(await api.request(call, signal));
      return data?.type === MessageType.Reply ? data.message_reference?.message_id : undefined;
    } catch (error) {
      if (refusalCode(error) === undefined) throw error;
      return undefined;
    }
  }

  async function walk(channel: string, from: string, signal: AbortSignal): Promise<string> {
    let at = from;
    for (let step = 0; step < maxSteps; step++) {
      const known = await recall(at);
      if (known !== undefined) return known;
      const above = await referenceOf(channel, at, signal);
      if (above === undefined) return at;
      at = above;
    }
    return at;
  }

  return {
    rootOf: (message) => roots.get(message),
    async find({ channel, message, reference }, signal) {
      const remembered = await recall(message);
      const root = remembered ?? (reference && (await walk(channel, reference, signal)));
      await store(message, root ?? message);
    },
    async remember(reply, answered) {
      await store(reply, (await recall(answered)) ?? answered);
    },
  };
}
