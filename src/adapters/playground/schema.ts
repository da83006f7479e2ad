import { z } from "zod";

/** UTF-16 code units of one message. */
export const maxTextChars = 256 * 1024;

/** Everyone chooses who they are; what that person may do is checked against the workspace. */
const asPerson = z.string().min(1).max(64);

/** Ill-formed UTF-16 cannot be stored as UTF-8; it is mended where it comes in. */
const text = z
  .string()
  .max(maxTextChars, `A message can have at most ${maxTextChars.toLocaleString("en")} characters.`)
  .transform((value) => value.toWellFormed().trim())
  .refine((value) => value !== "", "A message needs some text.");

const messageId = z.string().regex(/^[\w-]{1,64}$/, "That is no message id.");

export const Viewer = z.object({ as: asPerson });

export const Listing = z.object({ as: asPerson, before: messageId.optional() });

export const NewMessage = z.object({
  as: asPerson,
  /** Made by the page, once a message: sending it again is the same message. */
  clientId: z.uuid(),
  text,
  thread: messageId.optional(),
});

export const ChangedMessage = z.object({
  as: asPerson,
  editId: z.uuid(),
  text,
  thread: messageId.optional(),
});

export const Target = z.object({ as: asPerson, thread: messageId.optional() });

export const ButtonPress = z.object({
  as: asPerson,
  pressId: z.uuid(),
  /** As it stands on the button. */
  action: z.string().min(1).max(100),
  thread: messageId.optional(),
});

export const Reaction = z.object({
  as: asPerson,
  emoji: z.string().min(1).max(32),
  on: z.boolean(),
  thread: messageId.optional(),
});

export const MessageParam = messageId;
