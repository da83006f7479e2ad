import type { ChannelSettings } from "../../core/channel-settings.ts";
import type { Now } from "../../core/ports.ts";
import type { Storage } from "../../core/storage.ts";
import type { ChannelSettingsStore } from "../../core/stores.ts";
import type { ChatSettings } from "../chat-settings.ts";
import type { CommandAnswer, CommandContext } from "./command.ts";
import { retryOvertaken } from "./retry-overtaken.ts";

/** What a command makes of a channel's settings: others, or nothing and a reason. */
export interface ChannelChange {
  readonly settings?: ChannelSettings;
  readonly answer: CommandAnswer;
}

export type ChangeChannel = (
  context: CommandContext,
  decide: (settings: ChannelSettings) => Promise<ChannelChange>,
) => Promise<CommandAnswer>;

/** Changes what is set for a channel. Where somebody else does so too, it is decided again on what they made of it. */
export function createChangeChannel(deps: {
  readonly storage: Pick<Storage, "commit">;
  readonly channelSettings: ChannelSettingsStore;
  readonly chatSettings: Pick<ChatSettings, "changed">;
  readonly now: Now;
}): ChangeChannel {
  const { storage, channelSettings, chatSettings, now } = deps;
  return (context, decide) =>
    retryOvertaken(async () => {
      const { value, version } = await channelSettings.get(context.place);
      const { settings, answer } = await decide(value);
      if (settings === undefined) return answer;
      const change = { by: context.person, at: now(), cause: context.id };
      await storage.commit([channelSettings.putting(context.place, settings, version, change)]);
      await chatSettings.changed();
      return answer;
    });
}
