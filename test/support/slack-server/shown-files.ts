import { isObject } from "./arguments.ts";
import type { Service } from "./service.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import type { Channel, Json } from "./workspace.ts";

const shownTypes = new Set(["image/png", "image/jpeg", "image/gif"]);

/**
 * Pictures that blocks show must be files of the app's own that Slack has read; they are shared with the channel
 * (reference/block-kit/composition-objects/slack-file-object). @throws SlackRefusal invalid_blocks
 */
export function shareShownFiles(
  { workspace, bot }: Service,
  channel: Channel,
  blocks: readonly Json[] | undefined,
): void {
  for (const [index, { slack_file: named }] of (blocks ?? []).entries()) {
    if (!isObject(named)) continue;
    const file = workspace.files.get(String(named.id));
    const isShown =
      file?.user === bot.id &&
      !file.deleted &&
      workspace.now() >= file.readyAt &&
      shownTypes.has(file.mediaType);
    if (!isShown)
      throw new SlackRefusal("invalid_blocks", {
        errors: [`invalid slack file [json-pointer:/blocks/${index}/slack_file]`],
      });
    file.channels.add(channel.id);
  }
}
