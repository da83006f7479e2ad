import { discordApiUrl } from "../config.ts";
import { offeredCommands } from "../handlers/commands/offered.ts";

/** What Slack and Discord are to be told of Parley, for people to paste and to open. @throws AppError `platform_*` */
export async function describeApps(options: {
  readonly publicUrl?: string | undefined;
  readonly discordApplication?: string | undefined;
  readonly token?: string | undefined;
  readonly apiUrl?: string | undefined;
}): Promise<string> {
  const { publicUrl, discordApplication, token, apiUrl = discordApiUrl } = options;
  const [{ createSlackManifest }, { createDiscordInvite }, { fetchApplicationId }] = await Promise.all([
    import("../adapters/slack/manifest.ts"),
    import("../adapters/discord/manifest.ts"),
    import("../adapters/discord/application.ts"),
  ]);
  const application =
    discordApplication ?? (token === undefined ? undefined : await fetchApplicationId(token, apiUrl));
  return [
    "Slack: https://api.slack.com/apps, Create New App, From a manifest:",
    JSON.stringify(createSlackManifest({ table: offeredCommands, publicUrl }), null, 2),
    "Discord: open this as somebody who manages the server:",
    application === undefined
      ? "(set DISCORD_TOKEN, or add --discord-application with the Application ID of the General Information page)"
      : createDiscordInvite(application),
  ].join("\n\n");
}
