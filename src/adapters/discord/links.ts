import type { ChannelId, MessageId } from "../../core/ids.ts";
import type { Links } from "../../core/links.ts";
import { directWorkspace } from "./spot.ts";

/** Addresses of messages; a thread's own id stands in the place of its channel's. */
export const links: Links = {
  linkTo: ({ workspace, channel, thread }, message) =>
    `https://discord.com/channels/${workspace === directWorkspace ? "@me" : workspace}/${thread ?? channel}/${message}`,
  readLink(link) {
    const found = /^https:\/\/(?:ptb\.|canary\.)?discord\.com\/channels\/\d+\/(\d+)(?:\/(\d+))?\/?$/.exec(
      link,
    );
    if (found === null) return undefined;
    const [, channel, message] = found;
    return {
      channel: channel as ChannelId,
      ...(message !== undefined && { message: message as MessageId }),
    };
  },
};
