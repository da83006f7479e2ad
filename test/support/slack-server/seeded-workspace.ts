import { createIds, createTimestamps } from "./ids.ts";
import { need } from "./workspace.ts";
import type { Channel, ChannelType, User, Workspace } from "./workspace.ts";

export interface Seed {
  readonly bot: User;
  /** Ids. */
  readonly users: {
    /** Workspace owner and admin. */
    readonly ada: string;
    readonly bo: string;
    /** A single member of #general besides, of no admin rights. */
    readonly cy: string;
    /** Multi-channel guest, in #general only. */
    readonly guest: string;
    /** Of another workspace, in the Slack Connect channel. */
    readonly stranger: string;
    /** Another app's bot. */
    readonly otherBot: string;
  };
  readonly channels: {
    readonly general: string;
    readonly random: string;
    /** Private: ada, bo and the bot. */
    readonly secret: string;
    readonly archived: string;
    /** Public, without the bot. */
    readonly elsewhere: string;
    /** Private, without the bot. */
    readonly hidden: string;
    /** Slack Connect. */
    readonly shared: string;
    /** Group direct message of ada, bo and the bot. */
    readonly group: string;
  };
}

export interface UserDraft {
  readonly name: string;
  readonly realName?: string;
  readonly admin?: boolean;
  readonly owner?: boolean;
  readonly guest?: "multi" | "single";
  readonly teamId?: string;
  readonly app?: boolean;
}

export interface ChannelDraft {
  readonly name: string;
  readonly type?: ChannelType;
  readonly members: readonly string[];
  readonly extShared?: boolean;
}

/** An empty workspace. `now` in milliseconds since the epoch. */
export function createWorkspace(now: () => number): Workspace {
  const newId = createIds();
  return {
    teamId: newId("T"),
    teamName: "Local",
    domain: "local",
    users: new Map(),
    channels: new Map(),
    messages: new Map(),
    messageByTs: new Map(),
    repliesByRoot: new Map(),
    ephemerals: [],
    files: new Map(),
    newId,
    newTs: createTimestamps(now),
    now,
  };
}

export function addUser(workspace: Workspace, draft: UserDraft): User {
  const { newId } = workspace;
  const user: User = {
    id: newId("U"),
    name: draft.name,
    realName: draft.realName ?? draft.name,
    isAdmin: draft.admin ?? draft.owner ?? false,
    isOwner: draft.owner ?? false,
    isRestricted: draft.guest !== undefined,
    isUltraRestricted: draft.guest === "single",
    deleted: false,
    teamId: draft.teamId ?? workspace.teamId,
    ...(draft.app && { bot: { botId: newId("B"), appId: newId("A") } }),
  };
  workspace.users.set(user.id, user);
  return user;
}

export function addChannel(workspace: Workspace, draft: ChannelDraft): Channel {
  for (const member of draft.members) need(workspace.users, member, "user");
  const type = draft.type ?? "channel";
  const channel: Channel = {
    id: workspace.newId(type === "im" ? "D" : "C"),
    type,
    name: draft.name,
    topic: "",
    members: new Set(draft.members),
    creator: draft.members[0] ?? "USLACKBOT",
    created: Math.floor(workspace.now() / 1_000),
    archived: false,
    extShared: draft.extShared ?? false,
  };
  workspace.channels.set(channel.id, channel);
  return channel;
}

/** The direct channel of two users; it is made when they have none. */
export function openIm(workspace: Workspace, a: string, b: string): Channel {
  const both = (channel: Channel) =>
    channel.type === "im" && channel.members.has(a) && channel.members.has(b);
  return (
    [...workspace.channels.values()].find(both) ??
    addChannel(workspace, { name: "", type: "im", members: [a, b] })
  );
}

/** The people and channels that every local Slack begins with. */
export function seedWorkspace(workspace: Workspace): Seed {
  const bot = addUser(workspace, { name: "parley", realName: "Parley", app: true });
  const add = (draft: UserDraft) => addUser(workspace, draft).id;
  const users = {
    ada: add({ name: "ada", realName: "Ada Admin", owner: true }),
    bo: add({ name: "bo", realName: "Bo Member" }),
    cy: add({ name: "cy", realName: "Cy Member" }),
    guest: add({ name: "guest", realName: "Gil Guest", guest: "multi" }),
    stranger: add({ name: "stranger", realName: "Sam Stranger", teamId: workspace.newId("T") }),
    otherBot: add({ name: "otherbot", realName: "Other Bot", app: true }),
  };
  const { ada, bo, cy, guest, stranger, otherBot } = users;
  const open = (draft: ChannelDraft) => addChannel(workspace, draft).id;
  const archived = addChannel(workspace, { name: "old-news", members: [ada, bo, bot.id] });
  archived.archived = true;
  const channels = {
    general: open({ name: "general", members: [ada, bo, cy, guest, otherBot, bot.id] }),
    random: open({ name: "random", members: [ada, bo, bot.id] }),
    secret: open({ name: "secret", type: "group", members: [ada, bo, bot.id] }),
    archived: archived.id,
    elsewhere: open({ name: "elsewhere", members: [ada, bo] }),
    hidden: open({ name: "hidden", type: "group", members: [ada] }),
    shared: open({ name: "partners", members: [ada, stranger, bot.id], extShared: true }),
    group: open({ name: "mpdm-ada--bo--parley-1", type: "mpim", members: [ada, bo, bot.id] }),
  };
  for (const person of [ada, bo, cy, guest]) openIm(workspace, person, bot.id);
  return { bot, users, channels };
}
