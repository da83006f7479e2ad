import type { ChannelKind } from "../../core/event.ts";
import type { CauseId, ChannelId, PersonId } from "../../core/ids.ts";
import type { NoticePrivacy, Platform } from "../../core/platform.ts";
import type { NewId, Now } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import { createBoundedMap } from "../../core/bounded-map.ts";
import { refusalOf } from "./errors.ts";
import { privateBody } from "./messages.ts";
import type { Messages } from "./messages.ts";
import { renderMessages } from "./render.ts";

/** Direct channels by person. */
export interface DirectChannels {
  /** @throws AppError `platform_*` */
  open(person: PersonId, signal: AbortSignal): Promise<ChannelId>;
}

const keptMs = 3_600_000;
const maxKept = 5_000;

export function createDirectChannels(api: Api, now: Now): DirectChannels {
  const known = createBoundedMap<ChannelId>({ maxSize: maxKept, ttlMs: keptMs, now });
  return {
    async open(person, signal) {
      const kept = known.get(person);
      if (kept !== undefined) return kept;
      const answer = (await api.call(
        "conversations.open",
        { users: person },
        { repeatable: true, signal },
      )) as {
        readonly channel: { readonly id: string };
      };
      const channel = answer.channel.id as ChannelId;
      known.set(person, channel);
      return channel;
    },
  };
}

/** Tells one person something: in a channel as an ephemeral message, which Slack keeps nowhere; in a direct channel openly. */
export function createNotify(deps: {
  readonly api: Api;
  readonly messages: Messages;
  readonly channelKind: (channel: string) => ChannelKind | undefined;
  readonly newId: NewId;
}): Platform["notify"] {
  const { api, messages, channelKind, newId } = deps;
  return async ({ channel, thread }, person, text, signal, buttons = []): Promise<NoticePrivacy> => {
    const [markdown = ""] = renderMessages(text);
    if (channelKind(channel) === "direct" || channel.startsWith("D")) {
      const mark = { cause: `notice:${newId()}` as CauseId, part: 0 };
      await messages.post(channel, thread, mark, { markdown, buttons }, { signal });
      return "dm";
    }
    const args = {
      channel,
      user: person,
      ...(thread !== undefined && { thread_ts: thread }),
      ...privateBody(markdown, buttons),
    };
    try {
      await api.call("chat.postEphemeral", args, { repeatable: true, signal });
      return "ephemeral";
    } catch (error) {
      if (refusalOf(error) === "user_not_in_channel") return "none";
      throw error;
    }
  };
}
