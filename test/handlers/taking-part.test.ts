import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import type { ChannelMode } from "../../src/core/channel-mode.ts";
import { nothingSet } from "../../src/core/channel-settings.ts";
import { AppError } from "../../src/core/errors.ts";
import type { PersonKey } from "../../src/core/ids.ts";
import type { MessageCreated } from "../../src/core/event.ts";
import { createParticipation } from "../../src/adapters/storage/stores/participation.ts";
import { createChatSettings } from "../../src/handlers/chat-settings.ts";
import { createMayAnswer } from "../../src/handlers/taking-part.ts";
import { messageCreated } from "../support/events.ts";
import { openCommandWorld } from "./commands/command-world.ts";
import type { CommandWorld } from "./commands/command-world.ts";

function takePart({ storage, settings }: Pick<CommandWorld, "storage" | "settings">) {
  const participation = createParticipation(storage);
  return {
    participation,
    mayAnswer: createMayAnswer({ pauses: { until: async () => undefined }, participation, ...settings }),
  };
}

const mentioned = { slack: "mention", discord: "mention", playground: "mention" } as const;

async function setMode({ storage, stores, settings }: CommandWorld, mode: ChannelMode) {
  const { place } = messageCreated();
  const { version } = await stores.channelSettings.get(place);
  const change = { by: "p" as PersonKey, at: 1, cause: "c" };
  await storage.commit([stores.channelSettings.putting(place, { ...nothingSet, mode }, version, change)]);
  await settings.chatSettings.changed();
}

const kindsOf = async (mayAnswer: ReturnType<typeof createMayAnswer>) => {
  const ways: MessageCreated["addressed"][] = ["mention", "thread", "none", "direct"];
  const parts = await Promise.all(ways.map((addressed) => mayAnswer(messageCreated({ addressed }))));
  return ways.filter((_, i) => parts[i]?.kind === "answer");
};

describe("taking part in a channel", () => {
  it("follows the channel's mode from the moment it is set, in every instance", async () => {
    await using world = await openCommandWorld();
    const { mayAnswer, participation } = takePart(world);
    const other = takePart(await world.connect());
    expect(await kindsOf(mayAnswer)).toEqual(["mention", "direct"]);
    await participation.join(messageCreated().conversation, messageCreated().sentAt);
    expect(await kindsOf(other.mayAnswer)).toEqual(["mention", "thread", "direct"]);
    await setMode(world, "always");
    expect(await kindsOf(other.mayAnswer)).toEqual(["mention", "thread", "none", "direct"]);
    await setMode(world, "off");
    expect(await kindsOf(other.mayAnswer)).toEqual(["direct"]);
    expect(await mayAnswer(messageCreated())).toEqual({
      kind: "stayOut",
      reason: "switched off in the channel",
    });
  });

  it("follows what the config says of its platform where nothing was set", async () => {
    await using world = await openCommandWorld("playground: { mode: always }");
    const { mayAnswer } = takePart(world);
    expect(await kindsOf(mayAnswer)).toEqual(["mention", "thread", "none", "direct"]);
    await setMode(world, "mention");
    expect(await kindsOf(mayAnswer)).toEqual(["mention", "direct"]);
  });

  it("asks the store once for many messages, again when a signal was lost for long, and after a failure", async () => {
    await using world = await openCommandWorld();
    let reads = 0;
    let time = 0;
    let isDown = true;
    const chatSettings = await createChatSettings({
      ...world.stores,
      known: world.personas.known,
      rules: {},
      channelSettings: {
        ...world.stores.channelSettings,
        async get() {
          reads++;
          await sleep(1);
          if (isDown) throw new AppError("storage_failed", "down");
          return { value: nothingSet, version: 0 };
        },
      },
      signals: world.storage.signals,
      modes: mentioned,
      now: () => time,
    });
    const { place } = messageCreated();
    await expect(chatSettings.channel(place)).rejects.toMatchObject({ code: "storage_failed" });
    isDown = false;
    await Promise.all(Array.from({ length: 50 }, () => chatSettings.channel(place)));
    expect(reads).toBe(2);
    time += 10_001;
    await chatSettings.channel(place);
    expect(reads).toBe(3);
    await chatSettings.stop();
  });

  it("never remembers what was read while it was changed", async () => {
    await using world = await openCommandWorld();
    const { place } = messageCreated();
    let mode: ChannelMode = "mention";
    let read = () => {};
    const wasRead = new Promise<void>((resolve) => (read = resolve));
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    const chatSettings = await createChatSettings({
      ...world.stores,
      known: world.personas.known,
      rules: {},
      channelSettings: {
        ...world.stores.channelSettings,
        async get() {
          const value = { ...nothingSet, mode };
          read();
          await held;
          return { value, version: 1 };
        },
      },
      signals: world.storage.signals,
      modes: mentioned,
      now: Date.now,
    });
    const slow = chatSettings.channel(place);
    await wasRead;
    mode = "off";
    await chatSettings.changed();
    answer();
    expect((await slow).mode).toBe("mention");
    expect((await chatSettings.channel(place)).mode).toBe("off");
    await chatSettings.stop();
  });
});
