import { createHash } from "node:crypto";

import { Routes } from "discord-api-types/v10";
import type { Keyv } from "keyv";

import type { CommandTable } from "../../core/command/shape.ts";
import { toAppError } from "../../core/errors.ts";
import type { Logger } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import { createDiscordCommands } from "./commands.ts";

/** Makes the commands that Discord offers those of the table, where they are not; a failure is tried again at the next call. */
export function createRegistration(deps: {
  readonly api: Api;
  readonly table: CommandTable;
  readonly applicationId: () => string | undefined;
  readonly cache: Keyv;
  readonly log: Logger;
}): (signal: AbortSignal) => Promise<void> {
  const { api, table, applicationId, cache, log } = deps;
  const commands = createDiscordCommands(table);
  const hash = createHash("sha256").update(JSON.stringify(commands)).digest("base64url");

  return async (signal) => {
    const application = applicationId();
    if (application === undefined) return;
    const key = `discord/commands/${application}`;
    try {
      if ((await cache.get<string>(key)) === hash) return;
      const route = Routes.applicationCommands(application);
      await api.request({ method: "PUT", route, bucket: "commands", body: commands }, signal);
      await cache.set(key, hash);
      log.info({ commands: Object.keys(table.commands).length }, "commands registered with Discord");
    } catch (error) {
      const { code, facts } = toAppError(error);
      log.warn({ code, facts }, "the commands could not be registered with Discord");
    }
  };
}
