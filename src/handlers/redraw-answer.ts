import type { Answer } from "../core/answer.ts";
import type { Button, Fence, Platform } from "../core/platform.ts";
import { splitMarkdown } from "../core/split.ts";

/** Shows an answer as it stands, with these buttons under it. @throws AppError `platform_*` */
export async function redrawAnswer(
  { place, cause, asker, messages, text }: Answer,
  buttons: readonly Button[],
  platform: Platform,
  fence: Fence,
): Promise<void> {
  const reply = platform.openReply(place, { cause, asker: asker.id, posted: messages });
  await reply.show(splitMarkdown(text, platform.limits.maxMessageChars), {
    final: true,
    buttons,
    onPosting: async () => undefined,
    onPosted: async () => undefined,
    ...fence,
  });
}
