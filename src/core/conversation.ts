import type { ChannelKind, MessageCreated, Place } from "./event.ts";
import { joinKey } from "./ids.ts";
import type {
  ChannelId,
  ConversationKey,
  MessageId,
  PersonId,
  PersonKey,
  PlatformName,
  ThreadId,
  WorkspaceId,
} from "./ids.ts";
import type { Verdict } from "./moderation.ts";
import type { ToolCall } from "./ports.ts";

/** What the model remembers together. */
export interface Conversation {
  readonly key: ConversationKey;
  readonly place: Place;
  readonly channelKind: ChannelKind;
  /** How the model tells people apart: person → label, given once and never changed. */
  readonly labels: Readonly<Record<PersonId, string>>;
  readonly createdAt: number;
  readonly lastActiveAt: number;
  /** Questions that bots asked since a person last did. */
  readonly botTurns: number;
  /** The people were told once that the beginning no longer fits. */
  readonly toldTrimmed: boolean;
  /** What was said before Parley was called could not be read, and the people were not told yet. */
  readonly unread?: Unread;
}

/** Parley may not read it, or it could not be asked for. */
export type Unread = "refused" | "unreachable";

/** One message of a conversation, as the model remembers it. */
export interface Turn {
  /** Derived from the platform's message, or for a reply from its cause. */
  readonly id: string;
  readonly role: "user" | "assistant" | "tool";
  readonly author?: TurnAuthor;
  readonly text: string;
  /** What was read from the files that came with it, as it enters a prompt behind the text. */
  readonly files?: string;
  /** The messages it stands in on the platform. */
  readonly messages: readonly MessageId[];
  /** Milliseconds since the epoch by the platform's clock; decides the order. */
  readonly at: number;
  /** Grows with every edit. */
  readonly revision: number;
  /** Of the text as it enters a prompt, in the encoding named beside it. */
  readonly tokens: number;
  readonly encoding: string;
  /** Missing: not judged yet, so it may not reach a model. */
  readonly verdict?: Verdict;
  readonly toolCalls?: readonly ToolCall[];
  readonly toolCallId?: string;
}

export interface TurnAuthor {
  readonly person: PersonKey;
  readonly id: PersonId;
  /** Empty where there is one person alone with Parley. */
  readonly label: string;
}

interface ConversationPlace {
  readonly platform: PlatformName;
  readonly workspace: WorkspaceId;
  readonly channel: ChannelId;
}

/**
 * The places in which a conversation can be held.
 * `thread` is Slack's or the playground's thread, `discordThread` has a channel id of its own below its parent, and a
 * `replyChain` belongs to the message it began with.
 */
export type Surface =
  | (ConversationPlace & { readonly kind: "direct" | "channel" })
  | (ConversationPlace & {
      readonly kind: "thread" | "agentTab" | "discordThread";
      readonly thread: ThreadId;
    })
  | (ConversationPlace & { readonly kind: "replyChain"; readonly root: MessageId });

/** The key of the conversation that a message on this surface belongs to. */
export function conversationOf(surface: Surface): ConversationKey {
  switch (surface.kind) {
    case "direct":
    case "channel":
      return conversationKey(surface);
    case "thread":
    case "agentTab":
    case "discordThread":
      return conversationKey({ ...surface, thread: surface.thread });
    case "replyChain":
      return conversationKey({ ...surface, thread: surface.root });
    default:
      return surface satisfies never;
  }
}

/** `platform/workspace/channel[/thread]`, each part escaped. */
export function conversationKey(
  parts: ConversationPlace & { readonly thread?: ThreadId | MessageId },
): ConversationKey {
  const { platform, workspace, channel, thread } = parts;
  return joinKey(platform, workspace, channel, ...(thread === undefined ? [] : [thread])) as ConversationKey;
}

/** The channel of a conversation, out of its key. */
export function channelIn(key: ConversationKey): Pick<Place, "platform" | "workspace" | "channel"> {
  const [platform = "", workspace = "", channel = ""] = key.split("/").map(decodeURIComponent);
  return {
    platform: platform as PlatformName,
    workspace: workspace as WorkspaceId,
    channel: channel as ChannelId,
  };
}

export function newConversation(
  event: Pick<MessageCreated, "conversation" | "place" | "channelKind">,
  now: number,
): Conversation {
  return {
    key: event.conversation,
    place: event.place,
    channelKind: event.channelKind,
    labels: {},
    createdAt: now,
    lastActiveAt: now,
    botTurns: 0,
    toldTrimmed: false,
  };
}

const maxLabelChars = 32;

/** Gives everyone who has none yet a label: the display name made harmless, numbered where two would be alike. */
export function labelPeople<Labelled extends Pick<Conversation, "labels">>(
  conversation: Labelled,
  people: readonly { readonly id: PersonId; readonly name: string }[],
): Labelled {
  const labels: Record<PersonId, string> = { ...conversation.labels };
  const taken = new Set(Object.values(labels).map((label) => label.toLowerCase()));
  for (const { id, name } of people) {
    if (Object.hasOwn(labels, id)) continue;
    const base = harmlessName(name);
    let label = base;
    for (let n = 2; taken.has(label.toLowerCase()); n++) label = `${base} ${n}`;
    taken.add(label.toLowerCase());
    labels[id] = label;
  }
  return { ...conversation, labels };
}

/** Letters, digits, spaces, dots, hyphens and apostrophes of a display name; nobody may pass for a role of the model's. */
export function harmlessName(name: string): string {
  const kept = name
    .slice(0, 200)
    .normalize("NFKC")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[^\p{L}\p{M}\p{N} .'’-]/gu, "")
    .trim();
  const label = [...kept].slice(0, maxLabelChars).join("").trim();
  if (!/[\p{L}\p{N}]/u.test(label)) return "Somebody";
  return /^(system|assistant|developer|tool|parley|user)\b/i.test(label) ? `“${label}”` : label;
}

/** The text of a turn as it enters a prompt: this, to the letter, is what moderation judges. */
export function promptText(turn: Pick<Turn, "role" | "author" | "text" | "files">): string {
  const label = turn.role === "user" ? turn.author?.label : undefined;
  const said = label ? `${label}: ${turn.text}` : turn.text;
  return turn.files ? `${said}\n\n${turn.files}` : said;
}

/** A message as a turn that nobody has judged or counted yet. Alone with Parley, nobody needs a label. */
export function turnOf(
  event: Pick<MessageCreated, "message" | "author" | "text" | "sentAt" | "editedAt">,
  conversation: Conversation | undefined,
  person: PersonKey,
): Omit<Turn, "tokens" | "encoding"> {
  const labelled = conversation !== undefined && conversation.channelKind !== "direct";
  return {
    id: event.message,
    role: "user",
    author: { person, id: event.author.id, label: (labelled && conversation.labels[event.author.id]) || "" },
    text: event.text,
    messages: [event.message],
    at: event.sentAt,
    revision: event.editedAt ?? event.sentAt,
  };
}
