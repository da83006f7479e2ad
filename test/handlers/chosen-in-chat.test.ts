import { describe, expect, it } from "vitest";

import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { createChannelSettings } from "../../src/adapters/storage/stores/channel-settings.ts";
import { createPersonaBindings } from "../../src/adapters/storage/stores/persona-bindings.ts";
import { createSavedPersonas } from "../../src/adapters/storage/stores/saved-personas.ts";
import type { ChannelId, PersonKey, WorkspaceId } from "../../src/core/ids.ts";
import { createMemoryLog } from "../support/log.ts";
import { startParley } from "../support/parley.ts";

const place = {
  platform: "playground",
  workspace: "playground" as WorkspaceId,
  channel: "general" as ChannelId,
} as const;

/** As the commands leave it: a persona of the workspace's own, and a model and a temperature for the channel. */
async function choose(dataDir: string): Promise<void> {
  const storage = await openEmbeddedStorage({ dir: dataDir, now: Date.now, log: createMemoryLog() });
  const change = { by: "playground/playground/ada" as PersonKey, at: 1, cause: "c" };
  const spec = {
    name: "greeter",
    instructions: "Greet {user} in {channel}: {secret}",
    model: "gpt-4",
    parameters: { temperature: 1, topP: 0.5 },
  };
  const settings = { model: "gpt-4o-mini", parameters: { temperature: 0 } };
  await storage.commit([
    ...createSavedPersonas(storage).putting(place, spec.name, spec, 0, change),
    createPersonaBindings(storage).binding("channel", place, spec.name, change),
    createChannelSettings(storage).putting(place, settings, 0, change),
  ]);
  await storage.close();
}

describe("what was chosen in chat", () => {
  it("answers the channel's messages, before the config, and nobody else's", async () => {
    await using parley = await startParley("channels: { general: { persona: finance } }", { seed: choose });
    const { client, openai } = parley;
    const { id: thread } = await client.post({ as: "ada", channel: "general", text: "@Parley hello" });
    await client.answers({ as: "ada", channel: "general", thread });
    await client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    await client.answers({ as: "ada", channel: "dm-ada" });
    const [inChannel, direct] = openai.chatRequests.map(({ body }) => body);
    expect(inChannel).toMatchObject({ model: "gpt-4o-mini", temperature: 0, top_p: 0.5 });
    expect(String(inChannel?.messages[0]?.content)).toContain("Greet Ada Okafor in general: {secret}");
    expect(direct?.model).toBe("gpt-6-luna");
    expect(direct?.temperature).toBeUndefined();
  });
});
