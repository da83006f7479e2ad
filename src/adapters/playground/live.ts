import type { MessageId } from "../../core/ids.ts";
import type { PlaygroundMessage } from "./messages.ts";
import { createGrowingRender, renderBlocks, type GrowingRender } from "./render.ts";
import { spotOf } from "./view.ts";
import type { Viewers } from "./viewers.ts";

/** Least time between two updates of one growing message. */
export const growIntervalMs = 80;

/** Versions of one message grow by revision, then by each step that was shown of a text that grows. */
const versionsPerRevision = 1_000_000;

/** How a message's text looks now. */
export interface Look {
  readonly blocks: readonly string[];
  readonly version: number;
  /** More text is coming. */
  readonly writing: boolean;
  readonly text: string;
}

interface Growing {
  readonly message: PlaygroundMessage;
  text: string;
  /** The text that `render` has seen. */
  rendered: string;
  readonly render: GrowingRender;
  version: number;
  timer: NodeJS.Timeout | undefined;
}

export type Live = ReturnType<typeof createLive>;

/** Texts that are being written: kept in memory, rendered only when somebody watches, at most once an interval. */
export function createLive(viewers: Viewers) {
  const growing = new Map<MessageId, Growing>();

  const flush = (entry: Growing): void => {
    clearTimeout(entry.timer);
    entry.timer = undefined;
    if (entry.rendered === entry.text) return;
    const base = entry.version;
    const change = entry.render.update(entry.text);
    entry.rendered = entry.text;
    entry.version += 1;
    const { id } = entry.message;
    viewers.tell({ kind: "grow", ...spotOf(entry.message), id, base, version: entry.version, ...change });
  };

  return {
    begin(message: PlaygroundMessage): void {
      const render = createGrowingRender();
      render.update(message.text);
      growing.set(message.id, {
        message,
        text: message.text,
        rendered: message.text,
        render,
        version: versionOf(message),
        timer: undefined,
      });
    },

    /** Answers false when the message was taken away meanwhile. */
    grow(id: MessageId, text: string): boolean {
      const entry = growing.get(id);
      if (!entry) return false;
      entry.text = text;
      if (!entry.timer && viewers.isWatched(entry.message.channel))
        entry.timer = setTimeout(flush, growIntervalMs, entry);
      return true;
    },

    isWriting: (id: MessageId): boolean => growing.has(id),

    end(id: MessageId): void {
      clearTimeout(growing.get(id)?.timer);
      growing.delete(id);
    },

    /** Brings what is being written up to date first, so that later steps apply to what is answered here. */
    look(message: PlaygroundMessage): Look {
      const entry = growing.get(message.id);
      if (!entry)
        return {
          blocks: renderBlocks(message.text),
          version: versionOf(message),
          writing: message.unfinished === true,
          text: message.text,
        };
      flush(entry);
      return { blocks: entry.render.blocks, version: entry.version, writing: true, text: entry.text };
    },

    endAll(): void {
      for (const entry of growing.values()) clearTimeout(entry.timer);
      growing.clear();
    },
  };
}

const versionOf = (message: PlaygroundMessage): number => message.revision * versionsPerRevision;
