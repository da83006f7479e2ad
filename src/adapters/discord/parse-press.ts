import { MessageFlags } from "discord-api-types/v10";
import { SnowflakeUtil } from "discord.js";

import { readAction } from "../../core/action.ts";
import { opinionOf } from "../../core/feedback.ts";
import type { MessageId, PersonId } from "../../core/ids.ts";
import { writeAnswerTo } from "./answer-to.ts";
import { nameOf } from "./name.ts";
import { events, ignored } from "./parsed.ts";
import type { Parsed, ParseContext } from "./parsed.ts";
import { ButtonPress, ReactionChanged } from "./schema.ts";
import { channelOf, spotOf } from "./spot.ts";
import type { Chain } from "./spot.ts";

/** A button that somebody pressed. Where it stands says Discord, and what it asks for whoever sent it. */
export function parsePress(d: unknown, context: ParseContext): Parsed {
  const { data: press } = ButtonPress.safeParse(d);
  if (!press) return ignored("malformed interaction");
  const action = readAction(press.data.custom_id);
  if (!action) return ignored("a button that nobody knows");
  const { id, application_id: application, token, member, guild_id: guild, channel_id: channelId } = press;
  const by = member?.user ?? press.user;
  if (!by) return ignored("a button that nobody pressed");
  const message = { ...press.message, guild_id: guild, channel_id: channelId };
  const channel = channelOf(message, context);
  if (!channel) return { kind: "missing", need: { what: "channel", channel: message.channel_id } };
  // What else is pressed is about a message; only what is being written is found by its conversation.
  const reference = message.message_reference?.message_id;
  const chain: Chain = action.name === "stop" ? { effort: "walked", reference } : { effort: "none" };
  const spot = spotOf(message, channel, chain, context);
  if ("need" in spot) return { kind: "missing", need: spot.need };
  const isPrivate = (press.message.flags & MessageFlags.Ephemeral) !== 0;
  return events({
    ...spot,
    kind: "pressed",
    action,
    deliveryIds: [id],
    press: id,
    sentAt: SnowflakeUtil.timestampFrom(id),
    by: { id: by.id as PersonId, name: nameOf(by, member?.nick), isBot: by.bot === true },
    channelKind: channel.kind,
    message: press.message.id as MessageId,
    answerTo: writeAnswerTo({ id, application, token, isPrivate }),
  });
}

/** A thumb under one of Parley's messages, as far as Discord says whose it is. */
export function parseReaction(d: unknown, isOn: boolean, context: ParseContext): Parsed {
  const { data } = ReactionChanged.safeParse(d);
  if (!data) return ignored("malformed reaction");
  const { user_id: by, message_id: id, message_author_id: author, emoji } = data;
  if (author !== undefined && author !== context.botId)
    return ignored("a reaction to somebody else's message");
  if (by === context.botId) return ignored("Parley's own reaction");
  // An emoji of the guild's own may be called anything.
  const opinion = emoji.id ? undefined : opinionOf(emoji.name ?? "");
  if (opinion === undefined) return ignored("a reaction that says nothing about an answer");
  const channel = channelOf(data, context);
  if (!channel) return { kind: "missing", need: { what: "channel", channel: data.channel_id } };
  const spot = spotOf({ id, guild_id: data.guild_id }, channel, { effort: "none" }, context);
  if ("need" in spot) return { kind: "missing", need: spot.need };
  return events({
    kind: "reacted",
    deliveryIds: [],
    opinion,
    isOn,
    by: by as PersonId,
    at: context.now,
    place: spot.place,
    message: id as MessageId,
  });
}
