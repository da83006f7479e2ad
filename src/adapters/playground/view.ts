import type { ChannelId, MessageId, PersonId, ThreadId } from "../../core/ids.ts";
import type { Button } from "../../core/platform.ts";
import type { Live } from "./live.ts";
import type { MessageStore, OnBehalfOf, PlaygroundMessage, Spot } from "./messages.ts";
import type { FileView } from "./shelf.ts";

/** A message as the page shows it. `blocks` is safe HTML, one piece a block. */
export interface MessageView {
  readonly id: MessageId;
  readonly channel: ChannelId;
  readonly thread?: ThreadId;
  readonly author: PersonId;
  readonly sentAt: number;
  readonly editedAt?: number;
  readonly deleted?: true;
  readonly text: string;
  readonly blocks: readonly string[];
  /** Grows with each change; an older one never replaces a newer one. */
  readonly version: number;
  readonly writing: boolean;
  readonly buttons: readonly Button[];
  readonly files?: readonly FileView[];
  readonly onBehalfOf?: OnBehalfOf;
  /** Stored, but not taken in yet: only its author sees it. */
  readonly undelivered?: true;
  /** With `undelivered`: what to send it again under. */
  readonly clientId?: string;
}

export interface ThreadView {
  readonly replies: number;
  readonly people: readonly PersonId[];
  readonly lastAt?: number;
}

/** Something only one person sees. */
export interface Notice extends Spot {
  readonly id: string;
  readonly sentAt: number;
  readonly blocks: readonly string[];
  readonly buttons: readonly Button[];
  readonly files?: readonly FileView[];
}

/** What an open page is told. It refetches what it shows when it (re)connects. */
export type ViewerEvent =
  | { readonly kind: "message"; readonly channel: ChannelId; readonly message: MessageView }
  | ({
      readonly kind: "grow";
      readonly id: MessageId;
      /** The version this step applies to; a page that knows another one refetches. */
      readonly base: number;
      readonly version: number;
      /** `blocks` replace everything from here on. */
      readonly from: number;
      readonly blocks: readonly string[];
    } & Spot)
  | ({ readonly kind: "removed"; readonly id: MessageId } & Spot)
  | {
      readonly kind: "thread";
      readonly channel: ChannelId;
      readonly root: ThreadId;
      readonly facts: ThreadView;
    }
  | ({ readonly kind: "activity"; readonly forMs: number } & Spot)
  | { readonly kind: "notice"; readonly channel: ChannelId; readonly notice: Notice };

export function spotOf({ channel, thread }: Spot): Spot {
  return { channel, ...(thread !== undefined && { thread }) };
}

export function viewMessage(message: PlaygroundMessage, live: Live, undelivered: boolean): MessageView {
  const { text, blocks, version, writing } = live.look(message);
  return {
    ...spotOf(message),
    id: message.id,
    author: message.author,
    sentAt: message.sentAt,
    ...(message.editedAt !== undefined && { editedAt: message.editedAt }),
    ...(message.deletedAt !== undefined && { deleted: true }),
    text,
    blocks,
    version,
    writing,
    buttons: writing ? [] : (message.buttons ?? []),
    ...(message.files !== undefined && { files: message.files }),
    ...(message.onBehalfOf !== undefined && { onBehalfOf: message.onBehalfOf }),
    ...(undelivered && { undelivered: true, ...(message.clientId && { clientId: message.clientId }) }),
  };
}

/** Who answered in each thread, and when last; `undefined` for a message that nobody answered. */
export async function viewThreads(
  store: MessageStore,
  channel: ChannelId,
  roots: readonly ThreadId[],
): Promise<readonly (ThreadView | undefined)[]> {
  if (roots.length === 0) return [];
  const facts = await store.threads(channel, roots);
  return Promise.all(
    facts.map(async ({ replies, people }, index) => {
      const thread = roots[index];
      if (replies === 0 || thread === undefined) return undefined;
      const [last] = await store.list({ channel, thread }, 1);
      return { replies, people, ...(last && { lastAt: last.sentAt }) };
    }),
  );
}
