import { readAction } from "../../core/action.ts";
import { conversationOf } from "../../core/conversation.ts";
import type { PlatformEvent } from "../../core/event.ts";
import { opinionOf } from "../../core/feedback.ts";
import type { MessageId, PersonId } from "../../core/ids.ts";
import { writeAnswerTo } from "./answer-to.ts";
import { eventMs, ignored, kindOf, placeOf, surfaceOf, toMs } from "./spot.ts";
import type { Delivery, ParseContext } from "./spot.ts";
import { ReactionChanged, SessionStopped } from "./schema.ts";
import type { ActionBody } from "./schema.ts";

/** A button that somebody pressed. Where it stands says Slack, and what it asks for whoever sent it. */
export function parsePress(body: ActionBody, context: ParseContext): PlatformEvent {
  const [pressed] = body.actions;
  const action = pressed && readAction(pressed.action_id);
  if (!action) return ignored("a button that Parley doesn't know");
  const { message_ts: ts, is_ephemeral: isEphemeral = false } = body.container;
  const thread = body.message?.thread_ts ?? body.container.thread_ts;
  const kind = kindOf(undefined, body.channel.id, context);
  const spot = { channel: body.channel.id, ts, ...(thread !== undefined && { thread_ts: thread }) };
  const place = placeOf(spot, kind, context);
  const pressedAt = toMs(pressed.action_ts ?? "");
  const { id } = body.user;
  return {
    kind: "pressed",
    action,
    deliveryIds: [],
    press: `${ts}/${id}/${pressed.action_id}/${pressed.action_ts ?? ""}`,
    sentAt: Number.isFinite(pressedAt) && pressedAt > 0 ? pressedAt : context.now,
    conversation: conversationOf(surfaceOf(place, kind)),
    place,
    by: { id: id as PersonId, name: context.userName(id) ?? id, isBot: false },
    channelKind: kind,
    message: ts as MessageId,
    ...(body.response_url !== undefined && {
      answerTo: writeAnswerTo({ url: body.response_url, isEphemeral }),
    }),
  };
}

/** Slack's own stop button (docs.slack.dev/reference/events/agent_session_stopped). */
export function parseSessionStopped(
  event: unknown,
  delivery: Delivery,
  context: ParseContext,
): PlatformEvent {
  const { data } = SessionStopped.safeParse(event);
  const [message] = data?.streaming_message_ts ?? [];
  if (!data || message === undefined) return ignored("a stopped session without a reply");
  const place = placeOf({ channel: data.channel, ts: message, thread_ts: data.thread_ts }, "direct", context);
  return {
    ...delivery,
    kind: "pressed",
    action: { name: "stop" },
    press: message,
    sentAt: context.now,
    conversation: conversationOf(surfaceOf(place, "direct")),
    place,
    by: { id: data.user as PersonId, name: context.userName(data.user) ?? data.user, isBot: false },
    channelKind: "direct",
    message: message as MessageId,
  };
}

/** A thumb under one of Parley's messages (docs.slack.dev/reference/events/reaction_added). */
export function parseReaction(
  event: { readonly type: string },
  delivery: Delivery,
  context: ParseContext,
): PlatformEvent {
  const { data } = ReactionChanged.safeParse(event);
  if (!data) return ignored("a reaction to what is no message");
  if (data.item_user !== context.botUserId) return ignored("a reaction to somebody else's message");
  if (data.user === context.botUserId) return ignored("Parley's own reaction");
  const opinion = opinionOf(data.reaction);
  if (opinion === undefined) return ignored("a reaction that says nothing about an answer");
  const { channel, ts } = data.item;
  const kind = kindOf(undefined, channel, context);
  return {
    ...delivery,
    kind: "reacted",
    opinion,
    isOn: event.type === "reaction_added",
    by: data.user as PersonId,
    at: eventMs(data, context),
    place: placeOf({ channel, ts }, kind, context),
    message: ts as MessageId,
  };
}
