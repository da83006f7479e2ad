import { nothingSet } from "../../../core/channel-settings.ts";
import type { Change, ChannelPlace, ChannelSettings } from "../../../core/channel-settings.ts";
import { joinKey } from "../../../core/ids.ts";
import type { Storage } from "../../../core/storage.ts";
import type { ChannelSettingsStore } from "../../../core/stores.ts";

const collection = "channel-settings";

interface StoredSettings {
  readonly settings: ChannelSettings;
  readonly change: Change;
}

export function createChannelSettings({ records }: Pick<Storage, "records">): ChannelSettingsStore {
  return {
    async get(channel) {
      const stored = await records.get<StoredSettings>(collection, idOf(channel));
      return { value: stored?.value.settings ?? nothingSet, version: stored?.version ?? 0 };
    },

    putting(channel, settings, ifVersion, change) {
      const { platform, workspace } = channel;
      return {
        op: "records.put",
        collection,
        id: idOf(channel),
        value: { settings, change } satisfies StoredSettings,
        ifVersion,
        indexes: {
          workspace: [{ value: joinKey(platform, workspace) }],
          person: [{ value: change.by, rank: change.at }],
        },
      };
    },
  };
}

function idOf({ platform, workspace, channel }: ChannelPlace): string {
  return joinKey(platform, workspace, channel);
}
