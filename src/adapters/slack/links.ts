import type { ChannelId, MessageId, ThreadId } from "../../core/ids.ts";
import type { Links } from "../../core/links.ts";

/** Permanent addresses of messages. Source: what chat.getPermalink answers. */
export function createLinks(teamUrl: () => string | undefined): Links {
  return {
    linkTo({ channel, thread }, message) {
      const team = teamUrl();
      if (team === undefined) return undefined;
      const inThread = thread !== undefined && (thread as string) !== message;
      const query = inThread ? `?thread_ts=${thread}&cid=${channel}` : "";
      return `${team}archives/${channel}/p${message.replace(".", "")}${query}`;
    },
    readLink(link) {
      const team = teamUrl();
      if (team === undefined || !URL.canParse(link)) return undefined;
      const { origin, pathname, searchParams } = new URL(link);
      const found = /^\/archives\/([A-Z0-9]+)\/p(\d{4,})(\d{6})$/.exec(pathname);
      if (origin !== new URL(team).origin || found === null) return undefined;
      const [, channel, seconds, micros] = found;
      const thread = searchParams.get("thread_ts");
      return {
        channel: channel as ChannelId,
        message: `${seconds}.${micros}` as MessageId,
        ...(thread !== null && { thread: thread as ThreadId }),
      };
    },
  };
}
