import { PermissionFlagsBits } from "discord-api-types/v10";

import { formError, refusal } from "./discord-error.ts";
import { may } from "./permissions.ts";
import type { RestRequest } from "./router.ts";
import type { Service } from "./service.ts";
import { isSnowflake } from "./snowflake.ts";
import type { Channel, Guild, StoredMessage } from "./world.ts";

/** @throws DiscordError 50035 when the part of the path is no id. */
export function idIn(request: RestRequest, name: string): string {
  const id = request.params[name] ?? "";
  if (!isSnowflake(id))
    throw formError(`${name}_id`, "NUMBER_TYPE_COERCE", `Value "${id}" is not snowflake.`);
  return id;
}

/** @throws DiscordError 10003 or 50001 */
export function channelFor({ world, bot }: Service, request: RestRequest): Channel {
  const channel = world.channels.get(idIn(request, "channel"));
  if (!channel) throw refusal("unknownChannel");
  if (!may(world, bot.id, channel, PermissionFlagsBits.ViewChannel)) throw refusal("missingAccess");
  return channel;
}

/** @throws DiscordError 10008 */
export function messageIn({ world }: Service, channel: Channel, id: string): StoredMessage {
  const message = world.messageById.get(id);
  const stands = message?.channel.id === channel.id && message.deletedAt === undefined;
  if (!stands || message.seenBy !== undefined) throw refusal("unknownMessage");
  return message;
}

/** @throws DiscordError 10004 or 50001 */
export function guildFor({ world, bot }: Service, request: RestRequest): Guild {
  const guild = world.guilds.get(idIn(request, "guild"));
  if (!guild) throw refusal("unknownGuild");
  if (!guild.members.has(bot.id)) throw refusal("missingAccess");
  return guild;
}
