/** Ids are opaque strings outside the adapter that made them; brands keep one kind from standing in for another. */
declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

export type PlatformName = "slack" | "discord" | "playground";
/** A Slack team, a Discord guild, the playground's workspace. */
export type WorkspaceId = Brand<"workspace">;
export type ChannelId = Brand<"channel">;
/** A thread's own id on its platform: Slack's `thread_ts`, a Discord thread's channel id, a reply chain's root message. */
export type ThreadId = Brand<"thread">;
export type MessageId = Brand<"message">;
/** The platform's id of a person, never a display name. */
export type PersonId = Brand<"person">;
/** `platform/workspace/person`: one person across everything that is stored. */
export type PersonKey = Brand<"personKey">;
/** `platform/workspace/channel[/thread]`: see conversation.ts. */
export type ConversationKey = Brand<"conversation">;
/** What is read by the same people, as a key: see visibility.ts. */
export type AudienceKey = Brand<"audience">;
/** Names one intent to act outside; doing it twice under one cause is doing it once. */
export type CauseId = Brand<"cause">;

/** Joins id parts into a key; each part is escaped, so that no id can pretend to be two. */
export function joinKey(...parts: readonly string[]): string {
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join("/");
}

/** The platform's id of a person, out of the key. */
export function personIn(key: PersonKey): PersonId {
  return decodeURIComponent(key.split("/")[2] ?? "") as PersonId;
}

export function personKey(platform: PlatformName, workspace: WorkspaceId, person: PersonId): PersonKey {
  return joinKey(platform, workspace, person) as PersonKey;
}
