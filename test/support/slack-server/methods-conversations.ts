import { requireScope, scopeOfType, scopesForAllTypes, visibleChannel } from "./method.ts";
import type { MethodCall, Methods } from "./method.ts";
import { page } from "./paging.ts";
import { addChannel, openIm } from "./seeded-workspace.ts";
import type { Service } from "./service.ts";
import { SlackRefusal, invalidArguments } from "./slack-refusal.ts";
import type { Channel, Json } from "./workspace.ts";

const typeNames = {
  channel: "public_channel",
  group: "private_channel",
  im: "im",
  mpim: "mpim",
} as const;

/** docs.slack.dev/reference/methods: conversations.info, members, list, open; users.conversations. */
export function conversationMethods(service: Service): Methods {
  const { workspace, bot } = service;
  const read = { scopes: scopesForAllTypes("read") };

  function readable({ args, scopes }: MethodCall): Channel {
    const channel = visibleChannel(service, args.need("channel"));
    requireScope(scopes, scopeOfType(channel.type, "read"));
    return channel;
  }

  return {
    "conversations.info": {
      ...read,
      required: ["channel"],
      run(call) {
        const channel = readable(call);
        const count = call.args.flag("include_num_members") && { num_members: channel.members.size };
        return { channel: { ...channelPayload(service, channel), ...count } };
      },
    },
    "conversations.members": {
      ...read,
      required: ["channel"],
      run(call) {
        const channel = readable(call);
        const { items, metadata } = page([...channel.members], call.args, { usual: 100, most: 1_000 });
        return { members: items, response_metadata: metadata };
      },
    },
    "conversations.list": {
      ...read,
      run({ args, scopes }) {
        const types = typesIn(args.text("types"));
        const channels = [...workspace.channels.values()].filter((channel) => {
          if (!types.has(typeNames[channel.type])) return false;
          requireScope(scopes, scopeOfType(channel.type, "read"));
          const isHidden = channel.type !== "channel" && !channel.members.has(bot.id);
          return !isHidden && !(args.flag("exclude_archived") && channel.archived);
        });
        const { items, metadata } = page(channels, args, { usual: 100, most: 1_000 });
        return {
          channels: items.map((channel) => channelPayload(service, channel)),
          response_metadata: metadata,
        };
      },
    },
    "users.conversations": {
      ...read,
      run({ args, scopes }) {
        const user = args.text("user") ?? bot.id;
        if (!workspace.users.has(user)) throw new SlackRefusal("user_not_found");
        const types = typesIn(args.text("types"));
        // Of channels that aren't public only those that the bot is in too (reference/methods/users.conversations).
        const channels = [...workspace.channels.values()].filter(({ type, members, archived }) => {
          if (!types.has(typeNames[type]) || !members.has(user)) return false;
          requireScope(scopes, scopeOfType(type, "read"));
          return (type === "channel" || members.has(bot.id)) && !(args.flag("exclude_archived") && archived);
        });
        const { items, metadata } = page(channels, args, { usual: 100, most: 999 });
        return {
          channels: items.map((channel) => channelPayload(service, channel)),
          response_metadata: metadata,
        };
      },
    },
    "conversations.open": {
      scopes: ["im:write", "mpim:write"],
      json: true,
      run({ args, scopes }) {
        const channel = args.given("channel")
          ? visibleChannel(service, args.need("channel"))
          : openWith(args.text("users"), scopes);
        return { channel: args.flag("return_im") ? channelPayload(service, channel) : { id: channel.id } };
      },
    },
  };

  function typesIn(list = "public_channel"): ReadonlySet<string> {
    const types = new Set(list.split(","));
    const known = Object.values(typeNames) as string[];
    if ([...types].some((type) => !known.includes(type))) throw new SlackRefusal("invalid_types");
    return types;
  }

  function openWith(list: string | undefined, scopes: ReadonlySet<string>): Channel {
    const ids = (list ?? "").split(",").filter(Boolean);
    if (ids.length === 0) throw invalidArguments("missing required field: users");
    if (ids.length > 8) throw new SlackRefusal("too_many_users");
    for (const id of ids) {
      const user = workspace.users.get(id);
      if (!user || user.id === bot.id) throw new SlackRefusal("user_not_found");
      if (user.deleted) throw new SlackRefusal("user_disabled");
      // Bots have no direct messages with each other.
      if (user.bot) throw new SlackRefusal("cannot_dm_bot");
    }
    requireScope(scopes, ids.length === 1 ? "im:write" : "mpim:write");
    const [only = ""] = ids;
    if (ids.length === 1) return openIm(workspace, only, bot.id);
    const members = [...ids, bot.id];
    const isSame = ({ type, members: there }: Channel) =>
      type === "mpim" && there.size === members.length && members.every((id) => there.has(id));
    const names = members.map((id) => workspace.users.get(id)?.name);
    return (
      [...workspace.channels.values()].find(isSame) ??
      addChannel(workspace, { name: `mpdm-${names.join("--")}-1`, type: "mpim", members })
    );
  }
}

/** reference/objects/conversation-object; direct channels have other fields than the rest. */
export function channelPayload({ workspace, bot }: Service, channel: Channel): Json {
  const { id, type, created, archived, members } = channel;
  const common = {
    id,
    created,
    is_archived: archived,
    is_org_shared: false,
    context_team_id: workspace.teamId,
  };
  if (type === "im") {
    const user = [...members].find((member) => member !== bot.id);
    return { ...common, is_im: true, user, is_user_deleted: false, is_open: true };
  }
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: type === "channel",
    is_group: type === "group",
    is_im: false,
    is_mpim: type === "mpim",
    is_private: type !== "channel",
    is_general: channel.name === "general",
    is_shared: channel.extShared,
    is_ext_shared: channel.extShared,
    is_pending_ext_shared: false,
    is_member: members.has(bot.id),
    creator: channel.creator,
    topic: { value: channel.topic, creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
    ...(channel.extShared && {
      shared_team_ids: [...new Set([...members].map((member) => workspace.users.get(member)?.teamId))],
    }),
  };
}
