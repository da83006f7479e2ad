import type { ChannelId, PersonId } from "../../core/ids.ts";
import type { ViewerEvent } from "./view.ts";
import { canRead, findChannel, type Member } from "./workspace.ts";

/** A page that falls further behind than this is cut off; it reconnects and catches up. */
const maxBehindBytes = 4 * 1024 * 1024;
/** Proxies drop connections that stay silent for a minute. */
const heartbeatMs = 20_000;

export type Viewers = ReturnType<typeof createViewers>;

/** The open pages, as server-sent events: each is told only what its person may read. */
export function createViewers() {
  interface Viewer {
    readonly member: Member;
    write(chunk: Uint8Array): void;
    close(): void;
  }
  const viewers = new Set<Viewer>();
  const encoder = new TextEncoder();
  const frame = (event: ViewerEvent): Uint8Array =>
    encoder.encode(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
  let heartbeat: NodeJS.Timeout | undefined;

  const drop = (viewer: Viewer): void => {
    viewers.delete(viewer);
    if (viewers.size === 0) {
      clearInterval(heartbeat);
      heartbeat = undefined;
    }
  };

  return {
    get count(): number {
      return viewers.size;
    },

    open(member: Member): ReadableStream<Uint8Array> {
      let viewer: Viewer | undefined;
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            const opened: Viewer = {
              member,
              write(chunk) {
                if ((controller.desiredSize ?? 0) < 0) return opened.close();
                controller.enqueue(chunk);
              },
              close() {
                drop(opened);
                controller.close();
              },
            };
            viewer = opened;
            viewers.add(opened);
            opened.write(encoder.encode("retry: 1000\nevent: hello\ndata: {}\n\n"));
            heartbeat ??= setInterval(() => {
              for (const each of viewers) each.write(encoder.encode(": here\n\n"));
            }, heartbeatMs).unref();
          },
          cancel() {
            if (viewer) drop(viewer);
          },
        },
        { highWaterMark: maxBehindBytes, size: (chunk) => chunk.byteLength },
      );
    },

    isWatched(id: ChannelId): boolean {
      const channel = findChannel(id);
      return channel !== undefined && [...viewers].some((viewer) => canRead(viewer.member, channel));
    },

    /** Tells everyone who may read the channel; `only` narrows that to one person. */
    tell(event: ViewerEvent, only?: PersonId): void {
      const channel = findChannel(event.channel);
      if (!channel) return;
      let chunk: Uint8Array | undefined;
      for (const viewer of viewers) {
        if (!canRead(viewer.member, channel) || (only !== undefined && viewer.member.id !== only)) continue;
        viewer.write((chunk ??= frame(event)));
      }
    },

    closeAll(): void {
      for (const viewer of viewers) viewer.close();
    },
  };
}
