import { REST, Routes } from "discord.js";

import { AppError } from "../../core/errors.ts";

/** The id of the application that a bot token belongs to. @throws AppError `platform_*` */
export async function fetchApplicationId(token: string, apiUrl: string): Promise<string> {
  const rest = new REST({ api: apiUrl, retries: 0, timeout: 10_000 }).setToken(token);
  try {
    const { id } = (await rest.get(Routes.currentApplication())) as { readonly id: string };
    return id;
  } catch (cause) {
    throw new AppError(
      "platform_unreachable",
      "Discord did not say which application DISCORD_TOKEN is for.",
      {
        cause,
      },
    );
  }
}
