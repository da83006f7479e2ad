import type { Hono } from "hono";

import type { WorkspacePlace } from "../../core/channel-settings.ts";
import type { CompletionValues } from "../../core/command/complete.ts";
import type { CommandTable } from "../../core/command/shape.ts";
import { AppError } from "../../core/errors.ts";
import type { PlatformEvent, Place } from "../../core/event.ts";
import type { MessageId } from "../../core/ids.ts";
import type { Forms } from "../../core/command/forms.ts";
import type { Intake, Platform } from "../../core/platform.ts";
import type { Logger, NewId, Now } from "../../core/ports.ts";
import type { Storage } from "../../core/storage.ts";
import { lookAtAccess } from "./access.ts";
import { createAnswerCommand } from "./answer-command.ts";
import { createAnswerPress } from "./answer-press.ts";
import { createCommands, formLimits } from "./commands.ts";
import { directory } from "./directory.ts";
import { createHistory } from "./history.ts";
import { createLinks } from "./links.ts";
import { createListThreads } from "./list-threads.ts";
import { createLive, growIntervalMs } from "./live.ts";
import { createMessageStore, messageId, type PlaygroundMessage } from "./messages.ts";
import { createNotices } from "./notices.ts";
import { createPost } from "./post.ts";
import { throwIfAborted } from "./refusals.ts";
import { renderBlocks } from "./render.ts";
import { createReply } from "./reply.ts";
import { createRoutes } from "./routes.ts";
import { createShelf } from "./shelf.ts";
import { spotOf } from "./view.ts";
import { createViewers } from "./viewers.ts";
import { canRead, findChannel, findMember, parleyId, workspaceId } from "./workspace.ts";

export interface PlaygroundDeps {
  /** The commands that are offered. */
  readonly table: CommandTable;
  readonly forms: Forms;
  readonly completionValues: (workspace: WorkspacePlace) => Promise<CompletionValues>;
  readonly storage: Storage;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Logger;
  /** Where people open its page. */
  readonly address: () => string;
  /** Markdown shown above everything (the offline model says so here). */
  readonly banner?: string;
}

const maxMessageChars = 12_000;
/** How long a page shows that Parley is at work, unless an answer comes first. */
const activityMs = 10_000;

/**
 * A small workspace in the browser, with the manners of Slack: the platform itself (its messages are kept here) and
 * Parley's adapter to it in one. `routes` serves the page and is what the page talks to.
 */
export function createPlayground(deps: PlaygroundDeps): {
  readonly platform: Platform;
  readonly routes: Hono;
} {
  const { table, forms, completionValues, storage, now, newId, log, address, banner } = deps;
  const viewers = createViewers();
  const live = createLive(viewers);
  const store = createMessageStore(storage, now);
  const notices = createNotices(now, newId);
  const shelf = createShelf(newId);
  let intake: Intake | undefined;

  const takeIn = async (event: PlatformEvent): Promise<void> => {
    if (!intake) throw new AppError("closed", "the playground takes in nothing now");
    await intake(event);
  };
  const post = createPost({ table, store, live, viewers, takeIn, now, log });
  const commands = createCommands({ table, forms, completionValues, takeIn, now });
  const routes = createRoutes({
    store,
    live,
    viewers,
    notices,
    shelf,
    post,
    commands,
    log,
    ...(banner !== undefined && { banner }),
  });

  /** A thread's root stands in the channel. */
  const findAt = async (place: Place, id: MessageId): Promise<PlaygroundMessage | undefined> => {
    const spot = (place.thread as string | undefined) === id ? { channel: place.channel } : spotOf(place);
    const message = await store.get(spot, id);
    return message?.deletedAt === undefined ? message : undefined;
  };

  const platform: Platform = {
    name: "playground",
    limits: {
      maxMessageChars,
      editIntervalMs: growIntervalMs,
      requestMs: 0,
      maxButtons: 5,
      maxFileBytes: 10 * 1024 * 1024,
      form: formLimits,
    },
    abilities: {
      liveText: "edit",
      editMessages: true,
      postsOnce: true,
      deleteMessages: true,
      privateNotice: "ephemeral",
      buttons: true,
      modals: true,
      files: true,
      threads: true,
    },

    async start(takesIn) {
      intake = takesIn;
      await post.deliverLeftOver();
    },
    async ready() {},
    async stopIntake() {
      intake = undefined;
    },
    async stop() {
      intake = undefined;
      live.endAll();
      viewers.closeAll();
      await post.settle();
    },
    health: () =>
      intake
        ? { ok: true, detail: "The playground is open." }
        : { ok: false, detail: "The playground takes in nothing now." },

    openReply: (place, intent) =>
      createReply(place, intent, {
        store,
        live,
        showMessage: post.show,
        removeMessage: post.takeAway,
      }),
    async post(place, cause, message, signal) {
      throwIfAborted(signal);
      const id = messageId("post", cause);
      const standing = await store.get(spotOf(place), id);
      if (standing) return id;
      const said = {
        ...spotOf(place),
        id,
        author: parleyId,
        text: message.text,
        sentAt: store.nextAt(),
        revision: 1,
        cause,
        ...(message.buttons && { buttons: message.buttons }),
        ...(message.files && { files: shelf.put(message.files, { channel: place.channel }) }),
        ...(message.onBehalfOf && { onBehalfOf: message.onBehalfOf }),
      };
      await store.post(said);
      await post.show(said);
      return id;
    },
    async edit(place, id, content, signal) {
      throwIfAborted(signal);
      const message = await findAt(place, id);
      if (!message || message.author !== parleyId) {
        throw new AppError("platform_refused", "there is no such message of Parley's to edit");
      }
      const { text, buttons = [], files } = content;
      const shelved = files && { files: shelf.put(files, { channel: place.channel }) };
      const changed = {
        ...message,
        ...shelved,
        text,
        buttons,
        revision: message.revision + 1,
        editedAt: now(),
      };
      live.end(id);
      await store.replace(changed);
      await post.show(changed);
    },
    async delete(place, id, signal) {
      throwIfAborted(signal);
      const message = await findAt(place, id);
      if (!message) return;
      if (message.author !== parleyId)
        throw new AppError("platform_refused", "Parley can delete its own messages only");
      await post.takeAway(message);
    },
    async findPosted(place, cause, signal) {
      throwIfAborted(signal);
      const ids = await store.postedUnder(cause);
      const found = await Promise.all(ids.map((id) => findAt(place, id)));
      return ids.filter((_id, index) => found[index] !== undefined);
    },
    async notify(place, person, text, signal, buttons = []) {
      throwIfAborted(signal);
      const [member, channel] = [findMember(person), findChannel(place.channel)];
      if (!member || !channel || !canRead(member, channel)) return "none";
      const notice = notices.add(member.id, spotOf(place), { blocks: renderBlocks(text), buttons });
      viewers.tell({ kind: "notice", channel: channel.id, notice }, member.id);
      return "ephemeral";
    },
    answerPress: createAnswerPress({ notices, viewers }),
    async sendDirect(workspace, person, cause, text, signal) {
      const channel = findChannel(`dm-${person}`);
      if (workspace !== workspaceId || !channel)
        throw new AppError("platform_refused", "there is no direct channel with this person");
      const place = { platform: "playground", workspace: workspaceId, channel: channel.id } as const;
      await platform.post(place, cause, { text }, signal);
    },
    answerCommand: (...answer) =>
      createAnswerCommand({ post: platform.post, store, notices, shelf, viewers, maxMessageChars })(
        ...answer,
      ),
    async showActivity(place, signal) {
      throwIfAborted(signal);
      viewers.tell({ kind: "activity", ...spotOf(place), forMs: activityMs });
    },

    ...directory,
    ...createLinks(address),
    lookAtAccess,
    // Nobody comes or goes.
    watchAccess() {},
    // What was said and not taken in stands in the store, and is delivered at the start.
    async *missed() {},
    ...createHistory({ store, findAt }),
    threads: createListThreads(store),
    async download() {
      throw new AppError("platform_refused", "the playground has no attachments");
    },
  };
  return { platform, routes };
}
