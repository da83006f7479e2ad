import type { Hono } from "hono";

import type { Config } from "../config.ts";
import type { WorkspacePlace } from "../core/channel-settings.ts";
import type { CompletionValues } from "../core/command/complete.ts";
import type { CommandTable } from "../core/command/shape.ts";
import { AppError } from "../core/errors.ts";
import type { Place } from "../core/event.ts";
import type { Forms } from "../core/command/forms.ts";
import type { Intake, Platform } from "../core/platform.ts";
import type { Logger, Metrics, NewId, Now } from "../core/ports.ts";
import type { Storage } from "../core/storage.ts";

interface LoadedPlatform {
  readonly platform: Platform;
  /** Its pages. */
  readonly routes?: Hono;
  /** What its service calls. */
  readonly webhooks?: Hono;
}

interface PlatformDeps {
  readonly table: CommandTable;
  readonly completionValues: (workspace: WorkspacePlace) => Promise<CompletionValues>;
  readonly forms: Forms;
  readonly storage: Storage;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Where people open Parley's own pages. */
  readonly address: () => string;
  readonly banner?: string;
}

/** Loads the adapters that are configured, and the code of no other. */
export async function loadPlatforms(
  { slack, discord, playground }: Config,
  deps: PlatformDeps,
): Promise<readonly LoadedPlatform[]> {
  const { cache } = deps.storage;
  const { table, completionValues, forms, now, newId, log, metrics } = deps;
  return Promise.all([
    ...(slack
      ? [
          import("../adapters/slack/adapter.ts").then(({ createSlack }) =>
            createSlack(slack, { table, forms, now, newId, log, metrics }),
          ),
        ]
      : []),
    ...(discord
      ? [
          import("../adapters/discord/adapter.ts").then(({ createDiscord }) =>
            createDiscord(discord, { table, completionValues, forms, cache, now, newId, log, metrics }),
          ),
        ]
      : []),
    ...(playground
      ? [import("../adapters/playground/adapter.ts").then(({ createPlayground }) => createPlayground(deps))]
      : []),
  ]);
}

/** The adapter of a place; those that are loaded by then. @throws AppError `internal` where there is none */
export function createPlatformOf(
  platforms: ReadonlyMap<string, Platform>,
): (place: Pick<Place, "platform">) => Platform {
  return ({ platform: name }) => {
    const platform = platforms.get(name);
    if (platform === undefined)
      throw new AppError("internal", "no adapter for a platform", { facts: { platform: name } });
    return platform;
  };
}

/** A platform sends again for some minutes, if at all: what the store refused is fetched when the store is back. */
export function fetchingWhatFails(intake: Intake, fetchMissed: () => void): Intake {
  return async (event) => {
    try {
      await intake(event);
    } catch (error) {
      fetchMissed();
      throw error;
    }
  };
}
