import type { ChannelId, MessageId, ThreadId } from "../../core/ids.ts";
import type { Links } from "../../core/links.ts";

/** Its page has addresses for channels and threads: what stands in a channel is shown as the thread that it begins. */
export function createLinks(address: () => string): Links {
  return {
    linkTo: ({ channel, thread }, message) => new URL(`/#/${channel}/${thread ?? message}`, address()).href,
    readLink(link) {
      if (!URL.canParse(link)) return undefined;
      const { origin, pathname, hash } = new URL(link);
      const found = /^#\/([\w-]+)\/([\w-]+)$/.exec(hash);
      if (origin !== new URL(address()).origin || pathname !== "/" || found === null) return undefined;
      const [, channel, thread] = found;
      return { channel: channel as ChannelId, thread: thread as ThreadId, message: thread as MessageId };
    },
  };
}
