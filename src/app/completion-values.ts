import { setTimeout as sleep } from "node:timers/promises";

import type { Config } from "../config.ts";
import type { WorkspacePlace } from "../core/channel-settings.ts";
import type { CompletionValues } from "../core/command/complete.ts";
import { personaCatalogue } from "../core/persona-catalogue.ts";
import type { ModelList } from "../core/ports.ts";
import type { ChatSettings } from "../handlers/chat-settings.ts";

/** Discord waits three seconds for the list to arrive. */
const withinMs = 1_000;

/**
 * What there is to choose from in a workspace while a command is written: its own personas first. What can't be found out
 * in time is what the config says; never rejects.
 */
export function createCompletionValues(
  { model, personas }: Pick<Config, "model" | "personas">,
  deps: { readonly chatSettings: Pick<ChatSettings, "personaNames">; readonly models: ModelList },
): (workspace: WorkspacePlace) => Promise<CompletionValues> {
  const { chatSettings, models } = deps;
  const configured = [...personas.byName.values()];
  const configuredModels = [model.default, ...configured.flatMap((persona) => persona.model ?? [])];

  return async (workspace) => {
    const [names, ofService] = await Promise.all([
      inTime(chatSettings.personaNames(workspace), [...personas.byName.keys()]),
      inTime(models.names(), []),
    ]);
    const isOwn = (name: string) => !Object.hasOwn(personaCatalogue.templates, name);
    return {
      persona: [...names.filter(isOwn), ...names.filter((name) => !isOwn(name))],
      model: [...new Set([...configuredModels, ...ofService])],
    };
  };
}

async function inTime<Value>(asking: Promise<Value>, otherwise: Value): Promise<Value> {
  const done = new AbortController();
  const late = sleep(withinMs, otherwise, { signal: done.signal, ref: false }).catch(() => otherwise);
  try {
    return await Promise.race([asking.catch(() => otherwise), late]);
  } finally {
    done.abort();
  }
}
