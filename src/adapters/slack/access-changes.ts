import { z } from "zod";

import type { AccessChange } from "../../core/access.ts";
import type { ChannelId, PersonId, WorkspaceId } from "../../core/ids.ts";
import { EventBody, Id } from "./schema.ts";

/** What Parley is told of who may read what (docs.slack.dev/reference/events). */
export const accessEvents = [
  "channel_archive",
  "channel_created",
  "channel_deleted",
  "channel_left",
  "channel_shared",
  "channel_unarchive",
  "channel_unshared",
  "group_archive",
  "group_deleted",
  "group_left",
  "group_unarchive",
  "member_joined_channel",
  "member_left_channel",
  "team_join",
  "user_change",
];

/** What an app is told that was set up before it asked for those events. */
const tellingSubtypes = new Set([
  "channel_convert_to_private",
  "channel_convert_to_public",
  "channel_join",
  "channel_leave",
  "group_join",
  "group_leave",
]);

const Named = z.union([Id, z.object({ id: Id }).transform(({ id }) => id)]);
const ChangeEvent = z.object({
  channel: Named.optional(),
  user: Named.optional(),
  subtype: z.string().optional(),
});
/** Events in which a person goes into a channel or leaves it; in the others the person is who did it. */
const ofPeople = /^(member_joined_channel|member_left_channel|team_join|user_change)$|_join$|_leave$/;

/** What an event changes in who may read what. `isOnlyThat`: it is no message besides. */
export function accessChangeIn(
  body: unknown,
  own: { readonly teamId: string; readonly userId: string },
): { readonly change: AccessChange; readonly isOnlyThat: boolean } | undefined {
  const { data } = EventBody.safeParse(body);
  if (!data) return undefined;
  const { event } = data;
  const read = ChangeEvent.safeParse(event);
  const subtype = event.type === "message" ? read.data?.subtype : undefined;
  const isOnlyThat = accessEvents.includes(event.type);
  if (!isOnlyThat && !(subtype !== undefined && tellingSubtypes.has(subtype))) return undefined;
  // Of a channel that is shared the event may name the other workspace.
  const workspace = own.teamId as WorkspaceId;
  const { channel, user } = read.data ?? {};
  const isOfPerson = user !== undefined && ofPeople.test(subtype ?? event.type);
  // Where Parley itself goes, channels come into sight.
  const person = isOfPerson && user !== own.userId ? { person: user as PersonId } : {};
  const change = { workspace, ...(channel !== undefined && { channel: channel as ChannelId }), ...person };
  return { change, isOnlyThat };
}
