import type { ChannelPlace } from "./channel-settings.ts";
import type { Place } from "./event.ts";
import type { ChannelId, PersonId, ThreadId, WorkspaceId } from "./ids.ts";
import type { GuildRights, Overwrite } from "./role-permissions.ts";

// Who may read what in a workspace, as its platform says it. What is not said is unknown, and unknown is not visible.

/** What is read by the same people: a channel with its open threads, or one private thread. */
export interface AudiencePlace extends ChannelPlace {
  readonly privateThread?: ThreadId;
}

/** As much as it takes to answer one question. */
export type AccessFacts = ListedAccess | RoleAccess;

/** Where people are in channels. */
export interface ListedAccess {
  readonly kind: "listed";
  readonly people: ReadonlyMap<PersonId, Standing>;
  readonly channels: readonly ListedChannel[];
  /** Who reads along in the place of the question; unknown where it is missing. */
  readonly along?: ListedReaders;
}

export interface ListedReaders {
  /** Every member, also those who come later. */
  readonly everyMember: boolean;
  /** The others, and those who are in it. */
  readonly people: ReadonlySet<PersonId>;
}

/**
 * `member`: reads what is public. `guest`: reads only where they are in, as people of other organisations do. `bot`: a
 * program, which is no audience. `gone`: reads nothing any more.
 */
export type Standing = "member" | "guest" | "bot" | "gone";

export interface ListedChannel {
  readonly audience: AudiencePlace;
  /** `direct`: between people, also of a group; what is said there is shown nowhere else. */
  readonly kind: "public" | "private" | "direct";
  /** Who is known to be in it, of those whom the question concerns. */
  readonly inside: ReadonlySet<PersonId>;
}

/** Where people have roles, and roles and people are let in or kept out by channel. */
export interface RoleAccess {
  readonly kind: "roles";
  readonly rights: GuildRights;
  /** The roles that people can have, besides everybody's. */
  readonly roles: readonly string[];
  /** Those who were looked up; anybody else may have any of the roles. */
  readonly members: ReadonlyMap<PersonId, RoleMember | "gone">;
  readonly channels: readonly RoleChannel[];
  /** Who sees what is said now in the place of the question; unknown where it is missing. */
  readonly along?: RoleReaders;
}

export interface RoleReaders {
  /** Of a thread those of its channel. */
  readonly overwrites: readonly Overwrite[];
  /** The one permission that it takes. */
  readonly needed: bigint;
}

export interface RoleMember {
  readonly roles: readonly string[];
  readonly isBot: boolean;
}

export interface RoleChannel {
  readonly audience: AudiencePlace;
  /** Of a thread those of its channel. */
  readonly overwrites: readonly Overwrite[];
  /** The permissions that it takes to read what was said before. */
  readonly toRead: bigint;
  /** Of a private thread: who of those looked up is in it, and the permission that opens it without. */
  readonly thread?: { readonly inside: ReadonlySet<PersonId>; readonly managedBy: bigint };
}

export interface AccessQuestion {
  /** Who asks. */
  readonly person: PersonId;
  /** Where the answer is for everybody who reads along. */
  readonly place?: Place;
}

/** Something changed in who may read what; what it concerns, where that is known. */
export interface AccessChange {
  readonly workspace: WorkspaceId;
  readonly channel?: ChannelId;
  readonly person?: PersonId;
}

/**
 * A look at one workspace. What the platform tells of changes is asked once and kept by the look, the rest each time; so a
 * look is to be thrown away after a while.
 */
export interface AccessLook {
  /** The audience that a place belongs to; nothing for a direct one, and where it isn't known. @throws AppError `platform_*` */
  audienceOf(place: Place, signal: AbortSignal): Promise<AudiencePlace | undefined>;
  /** @throws AppError `platform_*` */
  facts(question: AccessQuestion, signal: AbortSignal): Promise<AccessFacts>;
  /** Asks anew what a change concerns. */
  forget(change: AccessChange): void;
}
