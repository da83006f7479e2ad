import { PermissionFlagsBits as P } from "discord-api-types/v10";
import { expect, test } from "vitest";

import { createDiscordInvite } from "../../../src/adapters/discord/manifest.ts";

test("the invite asks for what Parley needs, and nothing that would let it reach everybody or rule", () => {
  const url = new URL(createDiscordInvite("123456789012345678"));
  expect(url.origin + url.pathname).toBe("https://discord.com/oauth2/authorize");
  expect(url.searchParams.get("client_id")).toBe("123456789012345678");
  expect(url.searchParams.get("scope")).toBe("bot applications.commands");
  const asked = BigInt(url.searchParams.get("permissions") ?? 0);
  const needed =
    P.ViewChannel |
    P.SendMessages |
    P.SendMessagesInThreads |
    P.CreatePublicThreads |
    P.ReadMessageHistory |
    P.AttachFiles;
  expect(asked).toBe(needed);
});
