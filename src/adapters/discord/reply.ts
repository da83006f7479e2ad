import { AppError } from "../../core/errors.ts";
import type { Place } from "../../core/event.ts";
import type { CauseId, MessageId } from "../../core/ids.ts";
import type { Button, Fence, LiveReply, ReplyIntent, ShowOptions } from "../../core/platform.ts";
import { callPeople } from "../../core/mentions.ts";
import { isInChain } from "./chains.ts";
import type { Chains } from "./chains.ts";
import { createBucket, editBucket, nonceOf } from "./messages.ts";
import type { Content, Messages } from "./messages.ts";
import type { Pace } from "./pace.ts";
import { maxContentChars, renderMessages } from "./render.ts";
import type { Target, Threads } from "./threads.ts";

export interface ReplyDeps {
  readonly messages: Messages;
  readonly threads: Threads;
  readonly chains: Chains;
  readonly pace: Pace;
  /** The person sees something now: Parley no longer has to seem to type. */
  readonly onShown: (place: Place) => void;
}

/** One message of the reply. One that somebody deleted stays deleted. */
interface Part {
  readonly id: MessageId;
  /** What stands in it; unknown of what an earlier attempt posted. */
  shown?: string;
  gone: boolean;
}

interface RenderedPart {
  readonly source: string;
  readonly isOpen: boolean;
  readonly texts: readonly string[];
}

/**
 * A reply that grows by edits. Edits in between are left out where the channel's rate leaves no room for them beside the
 * last ones of the replies that are being written there; the last one waits for its turn.
 */
export function createReply(place: Place, intent: ReplyIntent, deps: ReplyDeps): LiveReply {
  const { messages, threads, chains, pace, onShown } = deps;
  const parts: Part[] = intent.posted.map((id) => ({ id, gone: false }));
  const { edition } = intent;
  const cause = edition === undefined ? intent.cause : (`${intent.cause}/${edition}` as CauseId);
  const token = {};
  let target: Target | undefined;
  let rendered: RenderedPart[] = [];
  /** Also those that were taken away again: a nonce names one message for ever. */
  let postedCount = parts.length;

  /** What an earlier attempt posted stands where its thread was opened, or else in the channel. */
  async function aim(signal: AbortSignal): Promise<Target> {
    target ??= await (parts.length > 0 ? threads.find(place, signal) : threads.open(place, signal));
    return target;
  }

  /** Parts that didn't change are not rendered again; only the last one is still open at its end. */
  function render(sources: readonly string[], final: boolean): readonly string[] {
    rendered = sources.map((source, index) => {
      const isOpen = !final && index === sources.length - 1;
      const known = rendered[index];
      if (known?.source === source && known.isOpen === isOpen) return known;
      return { source, isOpen, texts: renderMessages(source, { isOpen }) };
    });
    return rendered.flatMap(({ texts }) => texts);
  }

  async function post(
    text: string,
    buttons: readonly Button[],
    { onPosting, onPosted, people, signal, check }: ShowOptions,
  ): Promise<void> {
    await onPosting();
    const to = await aim(signal);
    const nonce = nonceOf(cause, postedCount);
    const id = await messages.create(to, nonce, contentOf(text, buttons, people), { signal, check });
    postedCount++;
    onShown(place);
    parts.push({ id, shown: shownAs(text, buttons), gone: false });
    if (isInChain(place, to)) await chains.remember(id, to.reference);
    await onPosted(id);
  }

  async function edit(
    part: Part,
    text: string,
    buttons: readonly Button[],
    { final, people, signal, check }: ShowOptions,
  ): Promise<void> {
    const { channel } = await aim(signal);
    const options = { signal, check, optional: !final };
    const stands = await messages.replace(channel, part.id, contentOf(text, buttons, people), options);
    part.shown = shownAs(text, buttons);
    part.gone = !stands;
  }

  async function removeParts(surplus: readonly Part[], { signal, check }: Fence): Promise<void> {
    for (const part of surplus) {
      if (part.gone) continue;
      const { channel } = await aim(signal);
      await messages.remove(channel, part.id, { signal, check });
      part.gone = true;
    }
  }

  function hasRoom(bucketOf: (channel: string) => string): boolean {
    return target === undefined || pace.hasRoom(bucketOf(target.channel));
  }

  return {
    async show(sources, options) {
      const { final, buttons, people = [] } = options;
      throwIfAborted(options.signal);
      const plain = render(sources, final);
      const calls = { markup: mentionOf, maxChars: maxContentChars };
      const texts = final ? callPeople(plain, people, calls) : plain;
      for (const [index, text] of texts.entries()) {
        const isLast = index === texts.length - 1;
        const withButtons = isLast ? buttons : [];
        const part = parts[index];
        if (!part) {
          if (!final && !hasRoom(createBucket)) break;
          await post(text, withButtons, options);
        } else if (!part.gone && part.shown !== shownAs(text, withButtons)) {
          if (!final && !hasRoom(editBucket)) continue;
          await edit(part, text, withButtons, options);
        }
      }
      if (target) {
        if (final) pace.release(editBucket(target.channel), token);
        else pace.reserve(editBucket(target.channel), token);
      }
      // What an earlier attempt posted may still be needed while the text grows again.
      if (final) await removeParts(parts.splice(texts.length), options);
      return parts.filter((part) => !part.gone).map((part) => part.id);
    },

    async remove(fence) {
      throwIfAborted(fence.signal);
      await removeParts(parts, fence);
      parts.length = 0;
      if (target) pace.release(editBucket(target.channel), token);
    },
  };
}

const mentionOf = (person: string) => `<@${person}>`;

/** Whom the text calls, it may notify. */
function contentOf(text: string, buttons: readonly Button[], people: ShowOptions["people"] = []): Content {
  const mentions = people.map(({ person }) => person).filter((person) => text.includes(mentionOf(person)));
  return { text, buttons, mentions };
}

function shownAs(text: string, buttons: readonly Button[]): string {
  return JSON.stringify([text, buttons]);
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError("aborted", "the reply was given up", { cause: signal.reason });
}
