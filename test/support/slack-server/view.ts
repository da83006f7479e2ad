import { pingsOf, shownText } from "./shown-text.ts";
import type { Pings } from "./shown-text.ts";
import { maySee, need } from "./workspace.ts";
import type { Json, MessageVersion, StoredMessage, StreamingState, Workspace } from "./workspace.ts";

/** A message as a person sees it, with what a test wants to know about it. */
export interface MessageView {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly subtype: string | undefined;
  readonly threadTs: string | undefined;
  /** What is shown: the blocks where there are any, or else the text. Markup and Markdown stand as they were sent. */
  readonly shown: string;
  /** The `text` alone: what notifications show, and all that is shown where there are no blocks. */
  readonly text: string;
  readonly isMarkdown: boolean;
  readonly blocks: readonly Json[];
  readonly metadata: Json | undefined;
  readonly edited: boolean;
  readonly streamingState: StreamingState | undefined;
  readonly files: readonly { readonly id: string; readonly name: string }[];
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly pings: Pings;
  /** Whether links and media in it show previews. */
  readonly unfurl: { readonly links: boolean; readonly media: boolean };
  /** As posted, then after each edit. */
  readonly history: readonly MessageVersion[];
}

export interface ViewOptions {
  readonly as?: string;
  readonly threadTs?: string;
}

/** Oldest first; all of the channel, or a thread with its root. Of somebody who can't see the channel, nothing. */
export function viewMessages(
  workspace: Workspace,
  channelId: string,
  { as, threadTs }: ViewOptions = {},
): readonly MessageView[] {
  const channel = need(workspace.channels, channelId, "channel");
  if (as !== undefined && !maySee(need(workspace.users, as, "user"), channel, workspace.teamId)) return [];
  return (workspace.messages.get(channelId) ?? [])
    .filter((message) => !message.deleted)
    .filter((message) => threadTs === undefined || threadTs === (message.threadTs ?? message.ts))
    .map(viewOf);
}

export function viewOf(message: StoredMessage): MessageView {
  const { ts, channel, user, subtype, threadTs, text, isMarkdown, metadata, blocks = [] } = message;
  return {
    ts,
    channel: channel.id,
    user,
    subtype,
    threadTs,
    shown: shownText(message),
    text,
    isMarkdown,
    blocks,
    metadata,
    edited: message.edited !== undefined,
    streamingState: message.stream?.state,
    files: message.files.map(({ id, name }) => ({ id, name })),
    reactions: Object.fromEntries([...message.reactions].map(([name, users]) => [name, [...users]])),
    pings: pingsOf(message),
    unfurl: message.unfurl,
    history: message.history,
  };
}
