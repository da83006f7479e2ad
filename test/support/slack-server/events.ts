import { isObject } from "./arguments.ts";
import type { Deliveries, Delivery } from "./delivery.ts";
import { eventCallback } from "./event-callback.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { Service } from "./service.ts";

/** Everything that an app like Parley can be told. */
export const usualSubscriptions = [
  "message.channels",
  "message.groups",
  "message.im",
  "message.mpim",
  "app_mention",
  "app_home_opened",
  "app_context_changed",
  "agent_session_stopped",
  "member_joined_channel",
  "member_left_channel",
  "channel_archive",
  "channel_unarchive",
  "channel_left",
  "group_left",
  "team_join",
  "user_change",
  "reaction_added",
  "reaction_removed",
] as const;

/** Tells the app what it is subscribed to and, where it is about a channel, in. */
export function createEmit(service: Service, deliver: Deliveries["deliver"]): Service["emit"] {
  return (event, { channel, subscription }) => {
    if (!service.subscriptions().has(subscription)) return;
    if (channel && !channel.members.has(service.bot.id)) return;
    const eventId = service.workspace.newId("Ev");
    deliver("events_api", eventCallback(service, event, eventId), eventId);
  };
}

/** What comes with the ack of a command is its first answer (docs.slack.dev/interactivity/implementing-slash-commands). */
export function answerCommand(
  service: Service,
  responseUrls: ResponseUrls,
  { kind, payload }: Delivery,
  response: unknown,
): void {
  const isAnswer = isObject(response) && (response.text !== undefined || response.blocks !== undefined);
  if (kind !== "slash_commands" || !isAnswer) return;
  const channel = service.workspace.channels.get(String(payload.channel_id));
  if (channel) responseUrls.apply({ channel, user: String(payload.user_id) }, response);
}
