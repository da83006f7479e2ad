import type { Keyv } from "keyv";

import type { WorkspacePlace } from "../../core/channel-settings.ts";
import type { CompletionValues } from "../../core/command/complete.ts";
import type { CommandTable } from "../../core/command/shape.ts";
import type { Forms } from "../../core/command/forms.ts";
import type { Platform } from "../../core/platform.ts";
import type { AccessChange } from "../../core/access.ts";
import type { WorkspaceId } from "../../core/ids.ts";
import type { Logger, Metrics, NewId, Now } from "../../core/ports.ts";
import { createAccess } from "./access.ts";
import { createAcquaintances } from "./acquaintances.ts";
import { en } from "../../core/words/en.ts";
import { createActivity } from "./activity.ts";
import { createAnswerCommand } from "./answer-command.ts";
import { createAnswerPress } from "./answer-press.ts";
import { attemptMs, createApi } from "./api.ts";
import { createBoundedMap } from "../../core/bounded-map.ts";
import { createChains } from "./chains.ts";
import { createConnection } from "./connection.ts";
import { createDirectory } from "./directory.ts";
import { createDownload } from "./files.ts";
import { formLimits } from "./form.ts";
import { createGuildAccess } from "./guild-access.ts";
import { createGuildView } from "./guild-view.ts";
import { createHistory } from "./history.ts";
import { createPacketIntake } from "./intake.ts";
import { createInteractions } from "./interactions.ts";
import { links } from "./links.ts";
import { createListThreads } from "./list-threads.ts";
import { createMessages } from "./messages.ts";
import { createMissed } from "./missed.ts";
import { createDirectChannels, createNotify } from "./notice.ts";
import type { ParseContext } from "./parsed.ts";
import { createPost } from "./post.ts";
import { createRegistration } from "./registration.ts";
import { createReply } from "./reply.ts";
import { createThreads } from "./threads.ts";

export interface DiscordOptions {
  /** The bot token, without the word Bot. */
  readonly token: string;
  readonly apiUrl: string;
  /** `open`: a mention in a text channel is answered in a thread that is opened from it. */
  readonly threads: "open" | "never";
}

export interface DiscordDeps {
  /** The commands that are offered, and what there is to choose from. */
  readonly table: CommandTable;
  readonly completionValues: (workspace: WorkspacePlace) => Promise<CompletionValues>;
  readonly forms: Forms;
  readonly cache: Keyv;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "rateLimitWaited">;
}

/** Rendering may add to a text; what doesn't fit into 2,000 characters then is split once more. */
const maxMessageChars = 1_800;
/** For the gateway to say that what Parley took away is gone. */
const removedMs = 60_000;
/** Of one app (developers/topics/rate-limits, Global Rate Limit). What stands in for Discord says itself when it is too much. */
const maxRequestsPerSecond = 50;

/** Discord through discord.js: the gateway brings what is said, REST carries what Parley says. */
export function createDiscord(options: DiscordOptions, deps: DiscordDeps): { readonly platform: Platform } {
  const { token, apiUrl } = options;
  const requestsPerSecond = new URL(apiUrl).hostname === "discord.com" ? maxRequestsPerSecond : Infinity;
  const { table, cache, now, newId, log, metrics } = deps;
  const connection = createConnection({ token, apiUrl, log });
  const api = createApi({
    token,
    apiUrl,
    requestsPerSecond,
    onUnauthorized: connection.refuseToken,
    onWaited: (call, seconds) => metrics.rateLimitWaited("discord", call, seconds),
  });
  const guilds = createGuildView(connection.client);
  const directory = createDirectory({ api, guilds, now });
  const chains = createChains({ api, cache, now, log });
  const threads = createThreads({ api, guilds, now, log });
  const removed = createBoundedMap<true>({ maxSize: 2_000, ttlMs: removedMs, now });
  const messages = createMessages(api, (message) => removed.set(message, true));
  const direct = createDirectChannels(api, now);
  const activity = createActivity({ api, threads, log });
  const names = {
    get botId() {
      return guilds.botId;
    },
    // Not everybody who reads along may know of it.
    channelName: (id: string) =>
      directory.known(id)?.kind === "private" ? en.privateChannel : directory.channelName(id),
    roleName: guilds.roleName,
    isOwnRole: guilds.isOwnRole,
  };
  const context = (): ParseContext => ({
    ...names,
    table,
    threads: options.threads,
    channel: directory.known,
    rootOf: chains.rootOf,
    wasRemoved: (message) => removed.get(message) === true,
    now: now(),
  });
  const acquaintances = createAcquaintances({ cache, now, log });
  const { forms, completionValues: values } = deps;
  const interactions = createInteractions({ api, table, forms, values, log });
  const register = createRegistration({ api, table, applicationId: connection.applicationId, cache, log });
  const ended = new AbortController();
  const packets = createPacketIntake({
    interactions,
    directory,
    chains,
    threads,
    acquaintances,
    context,
    log,
  });
  const notify = createNotify({ direct, messages, newId });

  const { postDirect, ...posting } = createPost({
    api,
    messages,
    threads,
    chains,
    direct,
    cache,
    botId: () => guilds.botId,
    onShown: activity.end,
    log,
  });

  let tellChange: (change: AccessChange) => void = () => undefined;
  const platform: Platform = {
    name: "discord",
    limits: {
      maxMessageChars,
      editIntervalMs: 1_200,
      requestMs: attemptMs,
      maxButtons: 5,
      maxFileBytes: 10 * 1024 * 1024,
      form: formLimits,
    },
    abilities: {
      liveText: "edit",
      editMessages: true,
      postsOnce: true,
      deleteMessages: true,
      privateNotice: "dm",
      buttons: true,
      modals: true,
      files: true,
      threads: true,
    },

    async start(intake, onGap) {
      packets.open(intake);
      connection.start({
        onPacket: packets.take,
        onGap() {
          void register(ended.signal);
          onGap();
        },
        onAccessChange: (guild) => tellChange({ workspace: guild as WorkspaceId }),
      });
    },
    ready: connection.ready,
    async stopIntake() {
      await packets.close();
      await acquaintances.save();
    },
    async stop() {
      ended.abort();
      activity.endAll();
      await packets.close();
      await acquaintances.save();
      await connection.stop();
    },
    health: connection.health,

    openReply: (place, intent) =>
      createReply(place, intent, { messages, threads, chains, pace: api.pace, onShown: activity.end }),
    ...posting,
    answerCommand: createAnswerCommand({
      api,
      interactions,
      post: posting.post,
      sendDirect: postDirect,
      cache,
      maxMessageChars,
      log,
    }),
    notify,
    answerPress: createAnswerPress({ api, interactions }),
    showActivity: activity.show,

    channel: directory.channel,
    person: directory.person,
    canRead: directory.canRead,
    rights: directory.rights,
    canWrite: directory.canWrite,
    lookAtAccess: createAccess({
      api,
      now,
      guild: createGuildAccess(connection.client, () => connection.health().ok),
    }),
    watchAccess(onChange) {
      tellChange = onChange;
    },
    missed: createMissed({ api, guilds, direct, acquaintances, understand: packets.understand }),
    ...createHistory({ api, threads, names }),
    threads: createListThreads({ api, guilds, directory }),
    ...links,
    workspaceName: guilds.guildName,
    download: createDownload(api, apiUrl),
  };
  return { platform };
}
