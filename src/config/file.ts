import type { Problem } from "./problem.ts";
import { settingsJsonSchema, settingsSchema } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { locateNowhere, readYaml } from "./yaml-file.ts";
import type { ConfigFile, Locate } from "./yaml-file.ts";

/** Reads the settings of a file; without a file, all of them are the defaults. Problems are added to the list. */
export function readSettings(
  file: ConfigFile | undefined,
  problems: Problem[],
): { readonly settings: Settings; readonly locate: Locate } | undefined {
  if (file === undefined) return { settings: settingsSchema.parse({}), locate: locateNowhere };
  const read = readYaml(file, { schema: settingsSchema, jsonSchema: settingsJsonSchema }, problems);
  return read && { settings: read.value, locate: read.locate };
}
