import { PermissionFlagsBits as P, Routes, ThreadAutoArchiveDuration } from "discord-api-types/v10";

import { AppError } from "../../core/errors.ts";
import type { Place } from "../../core/event.ts";
import type { MessageId } from "../../core/ids.ts";
import type { Logger, Now } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import { createBoundedMap } from "../../core/bounded-map.ts";
import { refusalCode, refusals } from "./errors.ts";
import type { GuildView } from "./guild-view.ts";

/** The channel in Discord's sense (of a thread its own) in which something is posted, and the message it answers. */
export interface Target {
  readonly channel: string;
  readonly reference?: MessageId;
}

export interface Threads {
  /** Where a reply goes; opens the thread that the place asks for. Where that is refused, it is a reply in the channel. */
  open(place: Place, signal: AbortSignal): Promise<Target>;
  /** The same without opening anything. */
  find(place: Place, signal: AbortSignal): Promise<Target>;
  /** Where it stands as far as anybody knows, without asking. */
  guess(place: Place): Target;
  /** What a thread that is opened from this message will be called. */
  nameFrom(message: string, text: string): void;
}

const neededPermissions = P.CreatePublicThreads | P.SendMessagesInThreads;
/** developers/resources/channel, Start Thread from Message. */
const maxNameChars = 100;
const namedMs = 3_600_000;
const knownMs = 3_600_000;
const fallbackName = "Parley";

/** Threads that are opened from a question: they have its id. */
export function createThreads(deps: {
  readonly api: Api;
  readonly guilds: GuildView;
  readonly now: Now;
  readonly log: Logger;
}): Threads {
  const { api, guilds, now, log } = deps;
  const names = createBoundedMap<string>({ maxSize: 2_000, ttlMs: namedMs, now });
  const standing = createBoundedMap<"open" | "refused">({ maxSize: 5_000, ttlMs: knownMs, now });

  /** `undefined`: nobody knows whether the thread is there. */
  function known({ channel, thread, replyTo }: Place): Target | undefined {
    const reference = replyTo === undefined ? {} : { reference: replyTo };
    if (thread === undefined) return { channel, ...reference };
    if (standing.get(thread) === "refused") return { channel, ...reference };
    if ((thread as string) !== replyTo) return { channel: thread, ...reference };
    // In a thread that was opened from it, the question stands above everything.
    if (standing.get(thread) === "open" || guilds.known(thread)) return { channel: thread };
    return undefined;
  }

  async function lookUp(thread: string, signal: AbortSignal): Promise<boolean> {
    try {
      await api.request({ method: "GET", route: Routes.channel(thread), bucket: "channel" }, signal);
      return true;
    } catch (error) {
      if (refusalCode(error) === refusals.unknownChannel) return false;
      throw error;
    }
  }

  async function make(place: Place, message: string, signal: AbortSignal): Promise<"open" | "refused"> {
    if (!mayOpen(place)) return "refused";
    const { channel } = place;
    try {
      await api.request(
        {
          method: "POST",
          route: Routes.threads(channel, message),
          bucket: `thread ${channel}`,
          body: {
            name: names.get(message) ?? fallbackName,
            auto_archive_duration: ThreadAutoArchiveDuration.OneDay,
          },
        },
        signal,
      );
      return "open";
    } catch (error) {
      const code = refusalCode(error);
      if (code === undefined || !(error instanceof AppError)) throw error;
      if (code === refusals.threadExists) return "open";
      log.warn({ code, channel }, "no thread could be opened; answering in the channel");
      return "refused";
    }
  }

  function mayOpen({ workspace, channel }: Place): boolean {
    const own = guilds.own(workspace);
    const rights = own && guilds.permissionsIn(channel, own);
    return rights === undefined || (rights & neededPermissions) === neededPermissions;
  }

  return {
    async open(place, signal) {
      const target = known(place);
      const { thread } = place;
      if (target || thread === undefined) return target ?? { channel: place.channel };
      standing.set(thread, await make(place, thread, signal));
      return known(place) ?? { channel: place.channel };
    },
    async find(place, signal) {
      const target = known(place);
      const { channel, thread, replyTo } = place;
      if (target || thread === undefined) return target ?? { channel };
      if (await lookUp(thread, signal)) {
        standing.set(thread, "open");
        return { channel: thread };
      }
      return { channel, ...(replyTo !== undefined && { reference: replyTo }) };
    },
    guess: (place) => known(place) ?? { channel: place.channel },
    nameFrom(message, text) {
      names.set(message, threadName(text));
    },
  };
}

/** The beginning of what was asked, in one line. */
export function threadName(text: string): string {
  const line = text
    .replaceAll(/[\s\p{C}]+/gu, " ")
    .trim()
    .slice(0, 1_000);
  const chars = [...line];
  if (line.length <= maxNameChars) return line || fallbackName;
  let name = "";
  for (const char of chars) {
    if (name.length + char.length > maxNameChars - 1) break;
    name += char;
  }
  return `${name.trimEnd()}…`;
}
