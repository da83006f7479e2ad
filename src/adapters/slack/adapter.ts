import type { Hono } from "hono";

import type { CommandTable } from "../../core/command/shape.ts";
import type { AccessChange } from "../../core/access.ts";
import { createBoundedMap } from "../../core/bounded-map.ts";
import type { Forms } from "../../core/command/forms.ts";
import type { Platform } from "../../core/platform.ts";
import type { Logger, Metrics, NewId, Now } from "../../core/ports.ts";
import type { WorkspaceId } from "../../core/ids.ts";
import { en } from "../../core/words/en.ts";
import { createAccess } from "./access.ts";
import { accessChangeIn } from "./access-changes.ts";
import { createSetTitle, createShowActivity, createSuggestPrompts } from "./activity.ts";
import { createAnswerCommand } from "./answer-command.ts";
import { createAnswerPress } from "./answer-press.ts";
import { attemptMs, createApi } from "./api.ts";
import { createConnection } from "./connection.ts";
import { createDirectory } from "./directory.ts";
import { createDownload } from "./files.ts";
import { maxInputChars } from "./form.ts";
import { createHistory } from "./history.ts";
import { createEventIntake } from "./intake.ts";
import { createLinks } from "./links.ts";
import { createListThreads } from "./list-threads.ts";
import { createMessages } from "./messages.ts";
import { createMissed } from "./missed.ts";
import { createDirectChannels, createNotify } from "./notice.ts";
import { createOpenForm } from "./open-form.ts";
import type { ParseContext } from "./spot.ts";
import { createPost, createPostOnce } from "./post.ts";
import { createReply } from "./reply.ts";
import type { Streaming } from "./reply.ts";
import { createUpload } from "./upload.ts";

export interface SlackOptions {
  readonly botToken: string;
  /** Socket Mode; without it events come over HTTP, signed with the signing secret. */
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly apiUrl: string;
  /** `auto`: Slack's own streams in direct messages and the app's tab, updates of one message in channels. */
  readonly streaming: Streaming;
}

export interface SlackDeps {
  /** The commands that are offered. */
  readonly table: CommandTable;
  readonly forms: Forms;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "rateLimitWaited">;
}

/** Of conversations in the app's tab whose title was set. */
const maxTitled = 5_000;
const titledMs = 7 * 24 * 3_600_000;
/** Of a modal (docs.slack.dev/reference/views/modal-views). */
const maxBlocks = 100;
/** A markdown block takes 12,000; what is made harmless grows by little, and what grows more is split once more. */
const maxMessageChars = 11_000;

/** Slack through Bolt and its Web API client. `webhooks` is where Slack calls, unless Parley connects by a socket. */
export function createSlack(
  options: SlackOptions,
  deps: SlackDeps,
): { readonly platform: Platform; readonly webhooks?: Hono } {
  const { botToken, appToken, signingSecret, apiUrl, streaming } = options;
  const { table, forms, now, newId, log, metrics } = deps;
  const connection = createConnection({ api: () => api, appToken, signingSecret, apiUrl, now, log });
  const api = createApi({
    botToken,
    apiUrl,
    onRefused: connection.refuse,
    onWaited: (method, seconds) => metrics.rateLimitWaited("slack", method, seconds),
  });
  const botUserId = () => connection.identity().userId;
  const teamId = () => connection.identity().teamId;
  const directory = createDirectory({ api, now, teamId });
  const context = (): ParseContext => {
    const { userId, botId } = connection.identity();
    const { userName, channelKind } = directory;
    // Not everybody who reads along may know of it.
    const channelName = (id: string) =>
      channelKind(id) === "private" ? en.privateChannel : directory.channelName(id);
    const named = { botUserId: userId, botId, userName, channelName, channelKind };
    return { table, teamId: teamId(), ...named, now: now() };
  };
  const intake = createEventIntake({
    directory,
    forms,
    openForm: createOpenForm({ api, forms, log }),
    context,
    log,
  });
  const messages = createMessages(api);
  const direct = createDirectChannels(api, now);
  const postOnce = createPostOnce({ api, messages, botUserId });
  const upload = createUpload(api);
  const post = createPost({ api, messages, direct, upload, botUserId });
  const titled = createBoundedMap<true>({ maxSize: maxTitled, ttlMs: titledMs, now });
  const setTitle = createSetTitle({ api, directory, titled, log });
  const suggestPrompts = createSuggestPrompts({ api, prompts: en.suggestedPrompts, log });

  let tellChange: (change: AccessChange) => void = () => undefined;
  async function takeBody(body: unknown): Promise<unknown> {
    const told = accessChangeIn(body, connection.identity());
    if (told) tellChange(told.change);
    return told?.isOnlyThat ? undefined : intake.take(body);
  }

  const platform: Platform = {
    name: "slack",
    limits: {
      maxMessageChars,
      editIntervalMs: 700,
      requestMs: attemptMs,
      maxButtons: 5,
      maxFileBytes: 10 * 1024 * 1024,
      form: { maxFields: maxBlocks, maxTextChars: maxInputChars },
    },
    abilities: {
      liveText: streaming === "off" ? "none" : streaming === "update" ? "edit" : "native",
      editMessages: true,
      postsOnce: false,
      deleteMessages: true,
      privateNotice: "ephemeral",
      buttons: true,
      modals: true,
      files: true,
      threads: true,
    },

    async start(takes, onGap) {
      intake.open(takes);
      connection.start({
        onBody: takeBody,
        onTabOpened: suggestPrompts,
        onGap() {
          tellChange({ workspace: connection.identity().teamId as WorkspaceId });
          onGap();
        },
      });
    },
    ready: connection.ready,
    async stopIntake() {
      await Promise.all([intake.close(), connection.stopListening()]);
    },
    async stop() {
      await intake.close();
      await connection.stop();
    },
    health: connection.health,

    openReply: (place, intent) =>
      createReply(place, intent, {
        api,
        messages,
        postOnce,
        findPosted: post.findPosted,
        streaming,
        channelKind: directory.channelKind,
        onWhole: setTitle,
      }),
    ...post,
    notify: createNotify({ api, messages, channelKind: directory.channelKind, newId }),
    answerCommand: createAnswerCommand({ api, post, direct, upload, maxMessageChars }),
    answerPress: createAnswerPress(api),
    showActivity: createShowActivity({ api, directory, status: en.activity }),

    channel: directory.channel,
    person: directory.person,
    canRead: directory.canRead,
    rights: directory.rights,
    lookAtAccess: createAccess({ api, now, teamId: () => connection.identity().teamId }),
    watchAccess(onChange) {
      tellChange = onChange;
    },
    // Whom a channel lets write, Slack tells no app.
    canWrite: ({ workspace, channel }, person, signal) =>
      directory.canRead(workspace, person, channel, signal),
    missed: createMissed({ api, understand: intake.understandMessage }),
    ...createHistory(api, context),
    threads: createListThreads({ api, directory, teamId }),
    ...createLinks(() => connection.identity().teamUrl),
    workspaceName: (workspace) => {
      const { teamName } = connection.identity();
      return workspace === teamId() ? teamName : undefined;
    },
    download: createDownload(api, { botToken, apiUrl }),
  };
  return { platform, ...(connection.webhooks && { webhooks: connection.webhooks }) };
}
