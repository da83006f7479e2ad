import { describePlatform } from "../../support/platform-contract/contract.ts";
import { discordTraits, openDiscord } from "../../support/platform-contract/discord-harness.ts";

describePlatform("Discord, answering in threads", discordTraits, (options) =>
  openDiscord({ threads: "open" }, options),
);

describePlatform("Discord, answering in chains of replies", discordTraits, (options) =>
  openDiscord({ threads: "never" }, options),
);
