import { formError, refusal } from "./discord-error.ts";
import { guildFor, idIn } from "./look-up.ts";
import { channelPayload, guildPayload, memberPayload, rolePayload, userPayload } from "./payloads.ts";
import type { Routes } from "./router.ts";
import { openDm } from "./seeded-world.ts";
import type { Service } from "./service.ts";
import { isSnowflake } from "./snowflake.ts";

/** Guilds, people and the app itself (developers/resources/guild, user, application). */
export function guildRoutes(service: Service, flags: () => number): Routes {
  const { world, bot, applicationId } = service;
  const application = () => ({
    id: applicationId,
    name: bot.username,
    icon: null,
    description: "",
    summary: "",
    bot_public: false,
    bot_require_code_grant: false,
    verify_key: "0".repeat(64),
    flags: flags(),
    bot: userPayload(bot),
    owner: userPayload(bot),
    team: null,
  });
  const me = () => ({
    ...userPayload(bot),
    verified: true,
    mfa_enabled: false,
    locale: "en-US",
    email: null,
  });

  return {
    "GET /users/@me": me,
    "GET /users/:user": (request) => {
      const user = world.users.get(idIn(request, "user"));
      if (!user) throw refusal("unknownUser");
      return userPayload(user);
    },
    "POST /users/@me/channels": (request) => {
      const id = (request.json as { recipient_id?: string } | undefined)?.recipient_id;
      if (id === undefined) throw formError("recipient_id", "BASE_TYPE_REQUIRED", "This field is required");
      if (!isSnowflake(id))
        throw formError("recipient_id", "NUMBER_TYPE_COERCE", `Value "${id}" is not snowflake.`);
      const user = world.users.get(id);
      if (!user) throw refusal("unknownUser");
      if (user.bot) throw refusal("dmsClosed");
      return channelPayload(world, openDm(world, user.id, bot.id));
    },
    "GET /users/@me/guilds": () =>
      [...world.guilds.values()]
        .filter((guild) => guild.members.has(bot.id))
        .map(({ id, name, ownerId }) => ({ id, name, icon: null, owner: ownerId === bot.id, features: [] })),
    "GET /guilds/:guild": (request) => guildPayload(guildFor(service, request)),
    "GET /guilds/:guild/channels": (request) => {
      const { id } = guildFor(service, request);
      const channels = [...world.channels.values()].filter(
        (channel) => channel.guildId === id && !channel.thread,
      );
      return channels.map((channel) => channelPayload(world, channel));
    },
    "GET /guilds/:guild/roles": (request) => [...guildFor(service, request).roles.values()].map(rolePayload),
    "GET /guilds/:guild/members/:user": (request) => {
      const member = guildFor(service, request).members.get(idIn(request, "user"));
      if (!member) throw refusal("unknownMember");
      return memberPayload(world, member);
    },
    "GET /guilds/:guild/members": (request) => {
      const limit = Number(request.query.get("limit") ?? 1);
      // Needs the members intent to be switched on (developers/resources/guild, List Guild Members).
      if ((flags() & ((1 << 14) | (1 << 15))) === 0) throw refusal("missingAccess");
      const members = [...guildFor(service, request).members.values()];
      return members.slice(0, limit).map((member) => memberPayload(world, member));
    },
    "DELETE /users/@me/guilds/:guild": (request) => {
      const guild = guildFor(service, request);
      guild.members.delete(bot.id);
      service.emit({ t: "GUILD_DELETE", d: { id: guild.id }, guildId: guild.id });
    },
    "GET /applications/@me": application,
    "GET /oauth2/applications/@me": application,
  };
}
