import { setTimeout as sleep } from "node:timers/promises";

import { InteractionType } from "discord-api-types/v10";

import { toAppError } from "../../core/errors.ts";
import type { PlatformEvent } from "../../core/event.ts";
import type { Intake } from "../../core/platform.ts";
import type { Logger } from "../../core/ports.ts";
import type { Acquaintances } from "./acquaintances.ts";
import type { Chains } from "./chains.ts";
import type { Directory } from "./directory.ts";
import type { Interactions } from "./interactions.ts";
import { parsePacket } from "./parse.ts";
import type { Packet } from "./parse.ts";
import type { ParseContext } from "./parsed.ts";
import { CommandInteraction } from "./schema.ts";
import type { Missing } from "./spot.ts";
import type { Threads } from "./threads.ts";

/** Hands what the gateway sent to the inbox. */
export interface PacketIntake {
  open(intake: Intake): void;
  take(packet: Packet): void;
  /** What a packet comes to, after whatever look-ups that takes. @throws AppError `platform_*` */
  understand(packet: Packet, signal: AbortSignal): Promise<readonly PlatformEvent[]>;
  /** Takes nothing more, and waits for what is being handed in. */
  close(): Promise<void>;
}

export interface PacketIntakeDeps {
  readonly interactions: Interactions;
  readonly directory: Directory;
  readonly chains: Chains;
  readonly threads: Threads;
  readonly acquaintances: Acquaintances;
  readonly context: () => ParseContext;
  readonly log: Logger;
}

/** Look-ups that one packet may need. */
const maxLookUps = 5;
const lookUpMs = 20_000;
const maxWaiting = 10_000;
const firstDelayMs = 250;
const maxDelayMs = 8_000;
const maxAttempts = 10;

/**
 * Takes the packets of each channel in order, and those of different channels side by side. There is nothing to
 * acknowledge in Discord: what can't be handed in is tried again for about a minute.
 */
export function createPacketIntake(deps: PacketIntakeDeps): PacketIntake {
  const { interactions, directory, chains, threads, acquaintances, context, log } = deps;
  const lanes = new Map<string, Promise<void>>();
  const closing = new AbortController();
  let intake: Intake | undefined;
  let waiting = 0;

  async function look(need: Missing, until: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([until, AbortSignal.timeout(lookUpMs)]);
    if (need.what === "channel") await directory.load(need.channel, signal);
    else await chains.find(need, signal);
  }

  async function understand(packet: Packet, signal: AbortSignal): Promise<readonly PlatformEvent[]> {
    for (let lookUps = 0; lookUps < maxLookUps; lookUps++) {
      const parsed = parsePacket(packet, context());
      if (parsed.kind === "events") {
        parsed.events.forEach(noteBy);
        return parsed.events;
      }
      await look(parsed.need, signal);
    }
    return [{ kind: "ignored", reason: "in a channel that Parley knows nothing of" }];
  }

  function noteBy(event: PlatformEvent): void {
    acquaintances.note(event);
    const opensThread =
      event.kind === "message" && (event.place.thread as string | undefined) === event.message;
    if (opensThread) threads.nameFrom(event.message, event.text);
  }

  async function handIn(packet: Packet, to: Intake): Promise<void> {
    for (const event of await understand(packet, closing.signal)) {
      // A form has to be the very first answer, and holds nothing yet.
      if (event.kind === "command" && (await interactions.openForm(event))) continue;
      const stored = to(event);
      if (event.kind === "command" || event.kind === "pressed") interactions.defer(event, stored);
      await stored;
      if (event.kind === "ignored") passComponent(packet);
    }
  }

  async function handInSurely(packet: Packet): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        if (intake !== undefined) await handIn(packet, intake);
        return;
      } catch (error) {
        const fields = { event: packet.t, attempt, code: toAppError(error).code };
        if (attempt === maxAttempts || closing.signal.aborted)
          return log.error(fields, "an event of Discord's could not be taken in and is lost");
        log.warn(fields, "an event of Discord's could not be taken in; trying again");
        const delayMs = Math.min(firstDelayMs * 2 ** attempt, maxDelayMs);
        await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  /** Whoever pressed what Parley doesn't know needn't wait for it. */
  function passComponent({ d }: Packet): void {
    const { data } = CommandInteraction.safeParse(d);
    const { type } = (d ?? {}) as { readonly type?: unknown };
    if (data && type === InteractionType.MessageComponent) interactions.pass(data);
  }

  /** What can be said at once. Answers whether that is all. */
  function answerAtOnce({ d }: Packet): boolean {
    const { data } = CommandInteraction.safeParse(d);
    const { type } = (d ?? {}) as { readonly type?: unknown };
    if (data && type === InteractionType.ApplicationCommandAutocomplete) interactions.complete(data);
    return type === InteractionType.ApplicationCommandAutocomplete;
  }

  return {
    understand,
    open(to) {
      intake = to;
    },
    take(packet) {
      if (intake === undefined) return;
      if (waiting >= maxWaiting) {
        log.error({ event: packet.t, waiting }, "too many events wait to be taken in; this one is lost");
        return;
      }
      if (packet.t === "INTERACTION_CREATE" && answerAtOnce(packet)) return;
      const lane = laneOf(packet);
      waiting++;
      const done = (lanes.get(lane) ?? Promise.resolve())
        .then(() => handInSurely(packet))
        .finally(() => {
          waiting--;
          if (lanes.get(lane) === done) lanes.delete(lane);
        });
      lanes.set(lane, done);
    },
    async close() {
      const under = [...lanes.values()];
      // What is only waiting for another attempt is not waited for.
      closing.abort();
      await Promise.allSettled(under);
      intake = undefined;
    },
  };
}

/** Order matters within a channel only. */
function laneOf({ d }: Packet): string {
  const channel = (d as { readonly channel_id?: unknown } | null | undefined)?.channel_id;
  return typeof channel === "string" ? channel : "";
}
