import { createSignals } from "../../../src/adapters/storage/embedded/signals.ts";
import { createVisibility } from "../../../src/handlers/visible-audiences.ts";
import type { Visibility } from "../../../src/handlers/visible-audiences.ts";
import { createMemoryLog } from "../log.ts";
import type { Harness } from "./harness.ts";

/** What may be searched on a platform, told of its changes as the app tells it. */
export async function visibilityOn(harness: Harness): Promise<Visibility> {
  const log = createMemoryLog();
  const { platform } = harness;
  const visibility = await createVisibility({
    platformOf: () => platform,
    signals: createSignals(log),
    now: Date.now,
    log,
  });
  platform.watchAccess((change) => visibility.changed(platform.name, change));
  return visibility;
}
