import type { Rights } from "../../core/command/permissions.ts";
import type { ChannelKind } from "../../core/event.ts";
import type { ChannelId, PersonId, WorkspaceId } from "../../core/ids.ts";

/** The playground's workspace is the same in every installation: its ids stand in stored conversations. */
export const workspaceId = "playground" as WorkspaceId;
export const workspaceName = "Tidewater Studio";
export const parleyId = "parley" as PersonId;

export interface Member {
  readonly id: PersonId;
  readonly name: string;
  readonly role: "admin" | "member" | "guest" | "bot";
  readonly title: string;
}

export interface Channel {
  readonly id: ChannelId;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly topic: string;
  /** Those invited; a public channel is open to everyone but guests. */
  readonly invited: readonly PersonId[];
  /** What a newcomer may try here. */
  readonly examples: readonly string[];
}

export const members: readonly Member[] = [
  { id: "ada" as PersonId, name: "Ada Okafor", role: "admin", title: "Workspace admin" },
  { id: "ben" as PersonId, name: "Ben Lindqvist", role: "member", title: "Product" },
  { id: "chloe" as PersonId, name: "Chloé Martin", role: "member", title: "Engineering" },
  { id: "gus" as PersonId, name: "Gus Petrov", role: "guest", title: "Guest" },
  { id: parleyId, name: "Parley", role: "bot", title: "Assistant" },
];

export const people: readonly Member[] = members.filter((member) => member.role !== "bot");

const invite = (...ids: readonly string[]): readonly PersonId[] => ids as readonly PersonId[];

const rooms: readonly Channel[] = [
  {
    id: "general" as ChannelId,
    name: "general",
    kind: "public",
    topic: "Company-wide news and everything else",
    invited: [],
    examples: [
      "@Parley what can you do here?",
      "@Parley list the steps to plan a team lunch",
      "@Parley make a table of venue, music, catering and games",
    ],
  },
  {
    id: "engineering" as ChannelId,
    name: "engineering",
    kind: "public",
    topic: "Building, breaking, fixing",
    invited: [],
    examples: [
      "@Parley write a TypeScript function that greets somebody",
      "@Parley we deploy on Fridays, after the stand-up",
      "@Parley what is 15% of 4,800?",
    ],
  },
  {
    id: "leadership" as ChannelId,
    name: "leadership",
    kind: "private",
    topic: "Plans before they are plans",
    invited: invite("ada", "ben"),
    examples: [
      "@Parley list the steps to a plan for next quarter",
      "@Parley tell us a long story (and press Stop)",
    ],
  },
  {
    id: "guest-project" as ChannelId,
    name: "guest-project",
    kind: "private",
    topic: "The website relaunch, with Gus from Petrov & Co.",
    invited: invite("ada", "ben", "chloe", "gus"),
    examples: ["@Parley make a checklist for a website launch", "@Parley what day is today?"],
  },
];

const direct: readonly Channel[] = people.map((person) => ({
  id: `dm-${person.id}` as ChannelId,
  name: "Parley",
  kind: "direct",
  topic: "Only you and Parley",
  invited: [person.id],
  examples: [
    "My name is Sam, and I like short answers",
    "What did we talk about so far?",
    "Write some SQL, so that I see how code looks",
  ],
}));

export const channels: readonly Channel[] = [...rooms, ...direct];

const channelById = new Map(channels.map((channel) => [channel.id, channel]));
const memberById = new Map(members.map((member) => [member.id, member]));

export function findChannel(id: string): Channel | undefined {
  return channelById.get(id as ChannelId);
}

export function findMember(id: string): Member | undefined {
  return memberById.get(id as PersonId);
}

/** The rule of who sees what: Parley is everywhere, a guest only where invited, a private channel is for those invited. */
export function canRead(member: Member, channel: Channel): boolean {
  if (member.role === "bot") return true;
  if (channel.kind === "public") return member.role !== "guest";
  return channel.invited.includes(member.id);
}

export function channelsOf(member: Member): readonly Channel[] {
  return channels.filter((channel) => canRead(member, channel));
}

/** With Parley alone, everybody manages their own channel. */
export function rightsOf(member: Member | undefined, channel: Channel | undefined): Rights {
  const isAdmin = member?.role === "admin";
  const isOwn = member !== undefined && channel?.kind === "direct";
  return { isAdmin, isChannelManager: isAdmin || isOwn };
}
