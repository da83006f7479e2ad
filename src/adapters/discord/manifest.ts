import { GatewayIntentBits, OAuth2Scopes, PermissionFlagsBits as P } from "discord-api-types/v10";

/** What Parley asks the gateway for. MessageContent has to be switched on for the app in the developer portal. */
export const intents =
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildMessages |
  GatewayIntentBits.GuildMessageReactions |
  GatewayIntentBits.DirectMessages |
  GatewayIntentBits.DirectMessageReactions |
  GatewayIntentBits.MessageContent;

/** The least with which everything works. Without EmbedLinks, links show no previews. */
export const permissions =
  P.ViewChannel |
  P.SendMessages |
  P.SendMessagesInThreads |
  P.CreatePublicThreads |
  P.ReadMessageHistory |
  P.AttachFiles;

/** The address at which an admin adds the app to a guild (developers/topics/oauth2, Bot Authorization Flow). */
export function createDiscordInvite(applicationId: string): string {
  const url = new URL("https://discord.com/oauth2/authorize");
  url.searchParams.set("client_id", applicationId);
  url.searchParams.set("scope", [OAuth2Scopes.Bot, OAuth2Scopes.ApplicationsCommands].join(" "));
  url.searchParams.set("permissions", permissions.toString());
  return url.href;
}
