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

/** What stands after `/parley` as yet. */
export const CompletionQuery = z.object({ as: asPerson, text: z.string().max(2_000) });

export const MenuChoice = z.object({
  as: asPerson,
  clientId: z.uuid(),
  command: z.string().max(64),
  thread: messageId.optional(),
});

/** One more than a field takes is told at the field; much more is none of the page's doing. */
const maxFieldChars = 64 * 1024;
const maxFields = 100;

export const FilledForm = z.object({
  as: asPerson,
  clientId: z.uuid(),
  key: z.string().max(400),
  values: z
    .record(z.string().max(40), z.string().max(maxFieldChars, "That is too long."))
    .refine((values) => Object.keys(values).length <= maxFields, "A form has fewer fields."),
  thread: messageId.optional(),
});
