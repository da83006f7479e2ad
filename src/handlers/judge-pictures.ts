import { seesPictures, tokensPerPicture } from "../core/attachment-text.ts";
import type { Picture } from "../core/attachment.ts";
import type { ModelCall } from "../core/ledger.ts";
import { admitImage } from "../core/moderation.ts";
import type { Moderated, ReadImage, Verdict } from "../core/moderation.ts";
import type { ModeratePicture } from "./moderate-picture.ts";
import type { FilesRead, UnreadFile } from "./read-attachments.ts";

/** What came of the pictures of one message. */
export interface PicturesJudged {
  readonly admitted: readonly Moderated<Picture>[];
  readonly verdicts: readonly Verdict[];
  readonly calls: readonly ModelCall[];
  readonly unread: readonly UnreadFile[];
}

/** Of what the turns may take: the rest is for words. */
const shareOfBudget = 0.5;

/**
 * Judges the pictures that the model will be shown; those that it can't see, or has no room for, are named as unread.
 * @throws AppError `moderation_unavailable`
 */
export async function judgePictures(
  { images, unread }: FilesRead,
  { model, budgetTokens }: { readonly model: string; readonly budgetTokens: number },
  moderate: (image: ReadImage) => ReturnType<ModeratePicture>,
): Promise<PicturesJudged> {
  const room = seesPictures(model) ? Math.floor((budgetTokens * shareOfBudget) / tokensPerPicture) : 0;
  const reason = seesPictures(model) ? "tooMany" : "unseen";
  const shown = images.slice(0, room);
  const judged = await Promise.all(shown.map(async ({ image }) => ({ image, ...(await moderate(image)) })));
  return {
    admitted: judged.flatMap(({ image, verdict }) => admitImage(image, verdict) ?? []),
    verdicts: judged.map(({ verdict }) => verdict),
    calls: judged.flatMap(({ call }) => call ?? []),
    unread: [...unread, ...images.slice(room).map(({ name }) => ({ name, reason }) as const)],
  };
}
