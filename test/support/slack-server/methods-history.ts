import { compareTs, isTs } from "./ids.ts";
import { messagePayload, tombstone } from "./message-payload.ts";
import { requireScope, scopeOfType, scopesForAllTypes, visibleChannel } from "./method.ts";
import type { MethodCall, Methods } from "./method.ts";
import { page } from "./paging.ts";
import type { Service } from "./service.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import { repliesTo } from "./workspace.ts";
import type { Channel, Json, StoredMessage } from "./workspace.ts";

/** docs.slack.dev/reference/methods: conversations.history and conversations.replies. */
export function historyMethods(service: Service): Methods {
  const { workspace, bot } = service;
  const scopes = scopesForAllTypes("history");

  function readable({ args, scopes: granted }: MethodCall): Channel {
    const channel = visibleChannel(service, args.need("channel"));
    requireScope(granted, scopeOfType(channel.type, "history"));
    // A bot reads only where it is; a person's token would also read public channels.
    if (!channel.members.has(bot.id)) throw new SlackRefusal("not_in_channel");
    return channel;
  }

  function show({ args }: MethodCall, message: StoredMessage): Json {
    if (message.deleted) return tombstone(service, message);
    return messagePayload(service, message, args.flag("include_all_metadata"));
  }

  return {
    "conversations.history": {
      scopes,
      required: ["channel"],
      run(call) {
        const channel = readable(call);
        const isBetween = timeRange(call);
        const isTopLevel = ({ threadTs, subtype }: StoredMessage) =>
          threadTs === undefined || subtype === "thread_broadcast";
        const all = (workspace.messages.get(channel.id) ?? [])
          .filter((message) => isTopLevel(message) && isStanding(message) && isBetween(message.ts))
          .toReversed();
        const { items, hasMore, metadata } = page(all, call.args, { usual: 100, most: 999 });
        return {
          messages: items.map((message) => show(call, message)),
          has_more: hasMore,
          pin_count: 0,
          ...(hasMore && { response_metadata: metadata }),
        };
      },
    },
    "conversations.replies": {
      scopes,
      required: ["channel", "ts"],
      run(call) {
        const channel = readable(call);
        const message = workspace.messageByTs.get(`${channel.id} ${call.args.need("ts")}`);
        if (!message || !isStanding(message)) throw new SlackRefusal("thread_not_found");
        const isBetween = timeRange(call);
        const replies = repliesTo(workspace, message).filter(({ ts }) => isBetween(ts));
        // The root comes first on every page, whatever the range, and doesn't count.
        const { items, hasMore, metadata } = page(replies, call.args, { usual: 1_000, most: 1_000 });
        return {
          messages: [message, ...items].map((shown) => show(call, shown)),
          has_more: hasMore,
          ...(hasMore && { response_metadata: metadata }),
        };
      },
    },
  };

  function isStanding(message: StoredMessage): boolean {
    return !message.deleted || repliesTo(workspace, message).length > 0;
  }
}

/** `oldest` and `latest` are left out themselves, unless `inclusive` says otherwise. @throws SlackRefusal */
function timeRange({ args }: MethodCall): (ts: string) => boolean {
  const bound = (name: "oldest" | "latest") => {
    const value = args.text(name);
    if (value === undefined || value === "" || value === "0") return undefined;
    if (!isTs(value) && !/^\d+(\.\d+)?$/.test(value)) throw new SlackRefusal(`invalid_ts_${name}`);
    return value;
  };
  const oldest = bound("oldest");
  const latest = bound("latest");
  const least = args.flag("inclusive") ? 0 : 1;
  return (ts) => {
    if (oldest !== undefined && Math.sign(compareTs(ts, oldest)) < least) return false;
    return latest === undefined || Math.sign(compareTs(latest, ts)) >= least;
  };
}
