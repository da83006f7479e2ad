import type { CommandTable } from "../../core/command/shape.ts";
import type { MessageEdited, PlatformEvent } from "../../core/event.ts";
import type { MessageId, PersonId, ThreadId } from "../../core/ids.ts";
import type { Logger, Now } from "../../core/ports.ts";
import type { Live } from "./live.ts";
import { messageId, type MessageStore, type PlaygroundMessage, type Spot } from "./messages.ts";
import { parseDeletion, parseEdit, parseMessage, parsePress, parseReaction } from "./parse.ts";
import { spotOf, viewMessage, viewThreads, type MessageView } from "./view.ts";
import type { Viewers } from "./viewers.ts";
import { findChannel, type Channel } from "./workspace.ts";

export interface PostDeps {
  /** The commands that are offered. */
  readonly table: CommandTable;
  readonly store: MessageStore;
  readonly live: Live;
  readonly viewers: Viewers;
  /** @throws AppError when the event could not be made durable. */
  readonly takeIn: (event: PlatformEvent) => Promise<void>;
  readonly now: Now;
  readonly log: Logger;
}

const tickOffMs = 250;

export type Post = ReturnType<typeof createPost>;

/** What people do with messages: store it, hand it in, and only then show it as done. */
export function createPost({ table, store, live, viewers, takeIn, now, log }: PostDeps) {
  /** Stored, but not taken in: shown to nobody but the author, and handed in again at the next start. */
  const undelivered = new Set<MessageId>();
  const delivered: MessageId[] = [];
  let ticking: NodeJS.Timeout | undefined;
  const settling = new Set<Promise<void>>();

  const view = (message: PlaygroundMessage): MessageView =>
    viewMessage(message, live, undelivered.has(message.id));

  /** The count of answers under a thread's root changed. */
  const showThread = async ({ channel, thread }: Spot): Promise<void> => {
    if (thread === undefined || !viewers.isWatched(channel)) return;
    const [facts] = await viewThreads(store, channel, [thread]);
    viewers.tell({ kind: "thread", channel, root: thread, facts: facts ?? { replies: 0, people: [] } });
  };

  const show = async (message: PlaygroundMessage): Promise<void> => {
    if (!viewers.isWatched(message.channel)) return;
    viewers.tell({ kind: "message", channel: message.channel, message: view(message) });
    await showThread(message);
  };

  const takeAway = async (message: PlaygroundMessage): Promise<void> => {
    live.end(message.id);
    const left = await store.remove(message);
    if (left) await show(left);
    else {
      viewers.tell({ kind: "removed", ...spotOf(message), id: message.id });
      await showThread(message);
    }
  };

  const deliver = async (message: PlaygroundMessage, channel: Channel): Promise<void> => {
    await takeIn(parseMessage(message, channel, table));
    undelivered.delete(message.id);
    delivered.push(message.id);
    ticking ??= setTimeout(tickOff, tickOffMs);
  };

  /** Many at once, behind the answers: what was handed in and not ticked off is handed in again, and known by its id. */
  const tickOff = (): void => {
    clearTimeout(ticking);
    ticking = undefined;
    if (delivered.length === 0) return;
    const settled = store
      .markDelivered(delivered.splice(0))
      .catch((error: unknown) =>
        log.warn({ error: String(error) }, "delivered messages could not be ticked off"),
      )
      .finally(() => settling.delete(settled));
    settling.add(settled);
  };

  return {
    view,
    show,
    takeAway,

    /** Only its author sees what was not taken in. */
    isVisibleTo: (message: PlaygroundMessage, person: PersonId): boolean =>
      message.author === person || !undelivered.has(message.id),

    /**
     * Said again under the same client id it is the same message. Answers nothing where that was deleted meanwhile.
     * @throws AppError when it could not be taken in; it stands then, for its author to send again.
     */
    async say(
      author: PersonId,
      channel: Channel,
      draft: { readonly clientId: string; readonly text: string; readonly thread?: ThreadId },
    ): Promise<MessageView | undefined> {
      const { clientId, text, thread } = draft;
      const id = messageId("message", author, channel.id, thread ?? "", clientId);
      const said = {
        id,
        channel: channel.id,
        ...(thread !== undefined && { thread }),
        author,
        text,
        sentAt: store.nextAt(),
        revision: 1,
        clientId,
      };
      const isRepeated = (await store.get(said, id)) !== undefined;
      if (!isRepeated) undelivered.add(id);
      const stored = await store.say(said);
      if (!stored || stored.deletedAt !== undefined) {
        undelivered.delete(id);
        return undefined;
      }
      if (isRepeated && !undelivered.has(id)) return view(stored);
      await deliver(stored, channel);
      await show(stored);
      return view(stored);
    },

    /** @throws AppError when the edit could not be taken in; sent again under its id it is the same edit. */
    async change(
      message: PlaygroundMessage,
      channel: Channel,
      edit: { readonly editId: string; readonly text: string },
    ): Promise<MessageView> {
      const changed =
        message.editId === edit.editId
          ? message
          : { ...message, ...edit, revision: message.revision + 1, editedAt: now() };
      if (changed !== message) await store.replace(changed);
      const event: MessageEdited = parseEdit(changed, channel);
      await takeIn(event);
      await show(changed);
      return view(changed);
    },

    /** Handed in before it is taken away, so that what could not be handed in can be deleted again. */
    async remove(message: PlaygroundMessage, channel: Channel): Promise<void> {
      await takeIn(parseDeletion(message, channel, now()));
      undelivered.delete(message.id);
      await store.markDelivered([message.id]);
      await takeAway(message);
    },

    /** Sent again under its id it is the same press. */
    async press(
      pressed: Pick<PlaygroundMessage, "id" | "thread">,
      channel: Channel,
      press: Omit<Parameters<typeof parsePress>[2], "at">,
    ): Promise<void> {
      await takeIn(parsePress(pressed, channel, { ...press, at: now() }));
    },

    async react(
      reply: PlaygroundMessage,
      channel: Channel,
      reaction: Omit<Parameters<typeof parseReaction>[2], "at">,
    ): Promise<void> {
      await takeIn(parseReaction(reply, channel, { ...reaction, at: now() }));
    },

    /** Hands in what an earlier process stored and could not hand in any more, as a platform delivers again what was not acked. */
    async deliverLeftOver(): Promise<void> {
      const leftOver = await store.undelivered();
      for (const entry of leftOver) undelivered.add(entry.id);
      for (const entry of leftOver) {
        const [message, channel] = [await store.get(entry, entry.id), findChannel(entry.channel)];
        if (!message || !channel) {
          undelivered.delete(entry.id);
          await store.markDelivered([entry.id]);
          continue;
        }
        try {
          await deliver(message, channel);
        } catch (error) {
          log.warn({ error: String(error) }, "a message that was left over could not be taken in");
        }
      }
    },

    /** Resolves when nothing is being written any more. */
    async settle(): Promise<void> {
      tickOff();
      await Promise.all(settling);
    },
  };
}
