import { z } from "zod";

import { EmbedPayload, PollPayload } from "./quoted.ts";

// Just the fields that are read, of payloads as Discord documents them (developers/resources, developers/events).

/** Ids go into the paths of requests: digits and nothing else. */
export const Snowflake = z.string().regex(/^\d{1,20}$/);

export const User = z.object({
  id: Snowflake,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
});
export type User = z.infer<typeof User>;

const Nick = z.object({ nick: z.string().nullish() });

export const AttachmentPayload = z.object({
  id: Snowflake,
  filename: z.string(),
  content_type: z.string().nullish(),
  size: z.number(),
  url: z.string(),
  description: z.string().nullish(),
});
export type AttachmentPayload = z.infer<typeof AttachmentPayload>;

const Reference = z.object({
  type: z.number().optional(),
  message_id: Snowflake.optional(),
  channel_id: Snowflake.optional(),
});

const Mentioned = User.extend({ member: Nick.optional() });
const Snapshot = z.object({
  message: z.object({
    content: z.string().default(""),
    attachments: z.array(AttachmentPayload).default([]),
    embeds: z.array(EmbedPayload).catch([]),
  }),
});

export const MessagePayload = z.object({
  id: Snowflake,
  channel_id: Snowflake,
  guild_id: Snowflake.optional(),
  type: z.number(),
  author: User,
  member: Nick.optional(),
  webhook_id: Snowflake.nullish(),
  content: z.string(),
  timestamp: z.string().refine((time) => !Number.isNaN(Date.parse(time))),
  edited_timestamp: z.string().nullish(),
  mentions: z.array(Mentioned).default([]),
  mention_roles: z.array(Snowflake).default([]),
  attachments: z.array(AttachmentPayload).default([]),
  message_reference: Reference.nullish(),
  referenced_message: z.object({ id: Snowflake, author: z.object({ id: Snowflake }) }).nullish(),
  message_snapshots: z.array(Snapshot).nullish(),
  embeds: z.array(EmbedPayload).catch([]),
  poll: PollPayload.nullish().catch(null),
  components: z.array(z.unknown()).default([]),
});
export type MessagePayload = z.infer<typeof MessagePayload>;

/** The messages of a list; one that isn't understood is left out. */
export function readMessages(list: unknown): readonly MessagePayload[] {
  return Array.isArray(list) ? list.flatMap((item) => MessagePayload.safeParse(item).data ?? []) : [];
}

export const MessageDeletion = z.object({
  id: Snowflake,
  channel_id: Snowflake,
  guild_id: Snowflake.optional(),
});
export type MessageDeletion = z.infer<typeof MessageDeletion>;

export const BulkDeletion = z.object({
  ids: z.array(Snowflake),
  channel_id: Snowflake,
  guild_id: Snowflake.optional(),
});

/** A button that was pressed (developers/interactions/receiving-and-responding). */
export const ButtonPress = z.object({
  id: Snowflake,
  application_id: Snowflake,
  token: z.string(),
  guild_id: Snowflake.optional(),
  channel_id: Snowflake,
  data: z.object({ custom_id: z.string() }),
  member: z.object({ user: User, nick: z.string().nullish() }).optional(),
  user: User.optional(),
  message: MessagePayload.extend({ flags: z.number().default(0) }),
});
export type ButtonPress = z.infer<typeof ButtonPress>;

/** developers/events/gateway-events, Message Reaction Add and Remove; only the first names the message's author. */
export const ReactionChanged = z.object({
  user_id: Snowflake,
  channel_id: Snowflake,
  message_id: Snowflake,
  guild_id: Snowflake.optional(),
  message_author_id: Snowflake.optional(),
  emoji: z.object({ id: Snowflake.nullish(), name: z.string().nullish() }),
});

/** A command that was given, or is being written (developers/interactions/receiving-and-responding). */
export const CommandInteraction = z.object({
  id: Snowflake,
  application_id: Snowflake,
  token: z.string(),
  guild_id: Snowflake.optional(),
  channel_id: Snowflake,
  data: z.unknown(),
  member: z.object({ user: User, nick: z.string().nullish() }).optional(),
  user: User.optional(),
});
export type CommandInteraction = z.infer<typeof CommandInteraction>;

export const ChannelPayload = z.object({
  id: Snowflake,
  type: z.number(),
  guild_id: Snowflake.optional(),
  parent_id: Snowflake.nullish(),
  name: z.string().nullish(),
  recipients: z.array(User).optional(),
});
export type ChannelPayload = z.infer<typeof ChannelPayload>;

const ThreadPayload = z.object({
  id: Snowflake,
  type: z.number(),
  parent_id: Snowflake.nullish(),
  last_message_id: Snowflake.nullish().catch(null),
  message_count: z.number().optional(),
  thread_metadata: z.object({
    archive_timestamp: z.string().refine((time) => !Number.isNaN(Date.parse(time))),
  }),
});
export type ThreadPayload = z.infer<typeof ThreadPayload>;

const ThreadList = z.object({
  threads: z.array(z.unknown()).default([]),
  has_more: z.boolean().default(false),
});

/** A list of threads (developers/resources/guild, List Active Guild Threads; developers/resources/channel, of archived ones). */
export function readThreads(answer: unknown): {
  readonly threads: readonly ThreadPayload[];
  readonly hasMore: boolean;
} {
  const { threads = [], has_more: hasMore = false } = ThreadList.safeParse(answer).data ?? {};
  return { threads: threads.flatMap((item) => ThreadPayload.safeParse(item).data ?? []), hasMore };
}

export const MemberPayload = z.object({
  user: User,
  nick: z.string().nullish(),
  roles: z.array(Snowflake),
});
export type MemberPayload = z.infer<typeof MemberPayload>;

export const Posted = z.object({ id: Snowflake });
