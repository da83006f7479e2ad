import type { Methods } from "./method.ts";
import { page } from "./paging.ts";
import type { Service } from "./service.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import type { Json, User } from "./workspace.ts";

/** docs.slack.dev/reference/methods: auth.test, users.*, bots.info. */
export function peopleMethods(service: Service): Methods {
  const { workspace, bot, url } = service;
  return {
    "auth.test": {
      json: true,
      run: () => ({
        url: `${url()}/`,
        team: workspace.teamName,
        user: bot.name,
        team_id: workspace.teamId,
        user_id: bot.id,
        bot_id: bot.bot.botId,
        is_enterprise_install: false,
      }),
    },
    "users.info": {
      scopes: ["users:read"],
      required: ["user"],
      run({ args }) {
        const user = workspace.users.get(args.need("user"));
        if (!user) throw new SlackRefusal("user_not_found");
        return { user: userPayload(user) };
      },
    },
    "users.list": {
      scopes: ["users:read"],
      run({ args }) {
        const users = [...workspace.users.values()].map(userPayload);
        const { items, metadata } = page(users, args, { usual: 200, most: 1_000 });
        return { members: items, cache_ts: Math.floor(workspace.now() / 1_000), response_metadata: metadata };
      },
    },
    "bots.info": {
      scopes: ["users:read"],
      run({ args }) {
        const id = args.text("bot") ?? bot.bot.botId;
        const found = [...workspace.users.values()].find((user) => user.bot?.botId === id);
        if (!found?.bot) throw new SlackRefusal("bot_not_found");
        const { name, deleted } = found;
        return {
          bot: { id, deleted, name, updated: 0, app_id: found.bot.appId, user_id: found.id, icons: {} },
        };
      },
    },
  };
}

/** reference/objects/user-object */
export function userPayload(user: User): Json {
  const { id, name, realName, deleted } = user;
  return {
    id,
    team_id: user.teamId,
    name,
    deleted,
    real_name: realName,
    tz: "Europe/Berlin",
    tz_label: "Central European Time",
    tz_offset: 3_600,
    profile: {
      real_name: realName,
      real_name_normalized: realName,
      display_name: name,
      display_name_normalized: name,
      team: user.teamId,
      ...(user.bot && { api_app_id: user.bot.appId, bot_id: user.bot.botId }),
    },
    is_admin: user.isAdmin,
    is_owner: user.isOwner,
    is_primary_owner: user.isOwner,
    is_restricted: user.isRestricted,
    is_ultra_restricted: user.isUltraRestricted,
    is_bot: user.bot !== undefined,
    is_app_user: false,
    updated: 0,
  };
}
