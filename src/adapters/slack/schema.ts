import { z } from "zod";

// Just the fields that are read, of payloads as Slack documents them (docs.slack.dev/reference/events).

/** Ids go into the arguments of calls and into keys. */
export const Id = z.string().regex(/^[A-Z0-9]{1,64}$/);
/** A message's id in its channel: seconds since the epoch, with a fraction that tells messages apart. */
export const Ts = z.string().regex(/^\d{1,20}\.\d{1,12}$/);

export const FilePayload = z.object({
  id: Id,
  name: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nullish(),
  alt_txt: z.string().nullish(),
  url_private: z.string().nullish(),
});
export type FilePayload = z.infer<typeof FilePayload>;

export const MessagePayload = z.object({
  type: z.string(),
  subtype: z.string().optional(),
  channel: Id.optional(),
  channel_type: z.string().optional(),
  user: Id.optional(),
  bot_id: z.string().nullish(),
  username: z.string().nullish(),
  text: z.string().nullish(),
  ts: Ts,
  thread_ts: Ts.optional(),
  latest_reply: Ts.optional(),
  reply_count: z.number().optional().catch(undefined),
  files: z.array(z.unknown()).optional(),
  attachments: z.array(z.unknown()).optional(),
  blocks: z.array(z.unknown()).optional(),
  edited: z.object({ ts: z.string() }).optional(),
  metadata: z
    .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()).optional() })
    .optional(),
});
export type MessagePayload = z.infer<typeof MessagePayload>;

export const MessageChanged = z.object({
  channel: Id,
  channel_type: z.string().optional(),
  event_ts: z.string().optional(),
  message: MessagePayload,
  previous_message: MessagePayload.partial().optional(),
});

export const MessageDeleted = z.object({
  channel: Id,
  channel_type: z.string().optional(),
  event_ts: z.string().optional(),
  deleted_ts: Ts,
  previous_message: MessagePayload.partial().optional(),
});

export const SessionStopped = z.object({
  channel: Id,
  user: Id,
  thread_ts: Ts,
  streaming_message_ts: z.array(Ts),
});

export const HomeOpened = z.object({ user: Id, channel: Id, tab: z.string() });

export const EventBody = z.object({
  type: z.literal("event_callback"),
  team_id: Id,
  event_id: z.string(),
  event: z.looseObject({ type: z.string() }),
});
export type EventBody = z.infer<typeof EventBody>;

export const ActionBody = z.object({
  type: z.literal("block_actions"),
  user: z.object({ id: Id }),
  channel: z.object({ id: Id }),
  /** Of a message for one person alone there is no more than this (docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
  container: z.object({
    message_ts: Ts,
    thread_ts: Ts.optional(),
    is_ephemeral: z.boolean().optional(),
  }),
  message: z.object({ thread_ts: Ts.optional() }).optional(),
  actions: z.array(z.object({ action_id: z.string(), action_ts: z.string().optional() })),
  response_url: z.url().optional(),
});
export type ActionBody = z.infer<typeof ActionBody>;

export const ReactionChanged = z.object({
  user: Id,
  reaction: z.string(),
  item_user: Id.optional(),
  item: z.object({ type: z.literal("message"), channel: Id, ts: Ts }),
  event_ts: z.string().optional(),
});

/** docs.slack.dev/interactivity/implementing-slash-commands */
export const SlashCommand = z.object({
  command: z.literal("/parley"),
  channel_id: Id,
  user_id: Id,
  user_name: z.string().optional(),
  text: z.string().default(""),
  /** One a command; good for three seconds. */
  trigger_id: z.string().min(1),
  response_url: z.url(),
});
export type SlashCommand = z.infer<typeof SlashCommand>;

/** docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
export const MessageShortcut = z.object({
  type: z.literal("message_action"),
  callback_id: z.string(),
  trigger_id: z.string().min(1),
  response_url: z.exactOptional(z.url()),
  user: z.object({ id: Id, name: z.string().optional() }),
  channel: z.object({ id: Id }),
  message: z.object({ ts: Ts, thread_ts: Ts.optional() }),
});
export type MessageShortcut = z.infer<typeof MessageShortcut>;

/** docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const ViewSubmission = z.object({
  type: z.literal("view_submission"),
  user: z.object({ id: Id, name: z.string().optional() }),
  view: z.object({
    id: Id,
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  }),
});
export type ViewSubmission = z.infer<typeof ViewSubmission>;

export const Posted = z.object({ ts: Ts });

export const AuthTest = z.object({
  team_id: Id,
  team: z.string().optional(),
  url: z.string().optional(),
  user_id: Id,
  bot_id: z.string(),
  /** The client's, from the headers (@slack/web-api, WebClient.buildResult). */
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

export const UserPayload = z.object({
  id: Id,
  name: z.string().optional(),
  deleted: z.boolean().optional(),
  is_admin: z.boolean().optional(),
  is_owner: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  is_bot: z.boolean().optional(),
  team_id: z.string().optional(),
  profile: z.object({ display_name: z.string().nullish(), real_name: z.string().nullish() }).optional(),
});
export type UserPayload = z.infer<typeof UserPayload>;

export const ChannelPayload = z.object({
  id: Id,
  name: z.string().nullish(),
  user: Id.optional(),
  creator: z.string().nullish(),
  is_im: z.boolean().optional(),
  is_mpim: z.boolean().optional(),
  is_private: z.boolean().optional(),
  is_member: z.boolean().optional(),
  is_archived: z.boolean().optional(),
  is_ext_shared: z.boolean().optional(),
  /** Shared within an organisation of several workspaces. */
  is_org_shared: z.boolean().optional(),
});
export type ChannelPayload = z.infer<typeof ChannelPayload>;

/** The messages of a list; one that isn't understood is left out. */
export function readMessages(list: unknown): readonly MessagePayload[] {
  return Array.isArray(list) ? list.flatMap((item) => MessagePayload.safeParse(item).data ?? []) : [];
}
