import { AppError, toAppError } from "../../core/errors.ts";
import type { ChannelKind, Place } from "../../core/event.ts";
import type { MessageId } from "../../core/ids.ts";
import type { Button, Fence, LiveReply, ReplyIntent, ShowOptions } from "../../core/platform.ts";
import { callPeople } from "../../core/mentions.ts";
import type { Mentionable } from "../../core/mentions.ts";
import type { Api } from "./api.ts";
import { refusalOf } from "./errors.ts";
import type { Messages } from "./messages.ts";
import type { Post, PostOnce } from "./post.ts";
import { maxMarkdownChars, renderGrowing, renderMessages } from "./render.ts";
import { createStream } from "./stream.ts";
import type { Stream } from "./stream.ts";

/** Of a message after Slack found one too long; a section takes as much. */
const shortChars = 3_000;

export type Streaming = "auto" | "native" | "update" | "off";

export interface ReplyDeps {
  readonly api: Api;
  readonly messages: Messages;
  readonly postOnce: PostOnce;
  readonly findPosted: Post["findPosted"];
  readonly streaming: Streaming;
  readonly channelKind: (channel: string) => ChannelKind | undefined;
  /** Told the beginning of each whole reply. */
  readonly onWhole: (place: Place, beginning: string) => void;
}

/** One message of the reply. One that somebody deleted stays deleted. */
interface Part {
  readonly id: MessageId;
  /** Unknown of what an earlier attempt posted. */
  shown?: string;
  stream?: Stream;
  gone: boolean;
}

/** What one message of the reply is to show. */
interface Text {
  readonly markdown: string;
  /** What it was made of, where it was made into one message. */
  readonly source: string | undefined;
  readonly isLast: boolean;
}

interface RenderedSource {
  readonly source: string;
  readonly isOpen: boolean;
  readonly texts: readonly string[];
}

/**
 * A reply that grows: by Slack's own streams where the setting and the place allow them, else by updates of one message.
 * What grows is left out where the workspace's rate leaves no room for it beside final texts; these wait for their turn.
 */
export function createReply(place: Place, intent: ReplyIntent, deps: ReplyDeps): LiveReply {
  const { api, messages, postOnce, findPosted, streaming, channelKind, onWhole } = deps;
  const { channel } = place;
  const parts: Part[] = intent.posted.map((id) => ({ id, gone: false }));
  const token = {};
  let mayStream = wantsStream();
  /** A message whose beginning failed may stand all the same. */
  let mayStand = false;
  let rendered: readonly RenderedSource[] = [];
  /** Slack found a message too long that should not be: from then on they are short. */
  let isShort = false;

  function wantsStream(): boolean {
    // A stream needs a thread to stand in.
    if (place.thread === undefined || streaming === "update" || streaming === "off") return false;
    return streaming === "native" || channelKind(channel) === "direct";
  }

  /** Parts that didn't change are not rendered again; only the last one is still open at its end. */
  function render(sources: readonly string[], final: boolean): readonly Text[] {
    rendered = sources.map((source, index) => {
      const isOpen = !final && index === sources.length - 1;
      const known = rendered[index];
      if (known?.source === source && known.isOpen === isOpen) return known;
      return {
        source,
        isOpen,
        texts: renderMessages(source, { isOpen, ...(isShort && { maxChars: shortChars }) }),
      };
    });
    const texts = rendered.flatMap((each) => {
      const source = each.texts.length === 1 ? each.source : undefined;
      return each.texts.map((markdown) => ({ markdown, source }));
    });
    return texts.map((text, index) => ({ ...text, isLast: index === texts.length - 1 }));
  }

  /** What was streamed can't be taken back, so it calls nobody. */
  function calling(texts: readonly Text[], people: readonly Mentionable[]): readonly Text[] {
    if (wantsStream()) return texts;
    const called = callPeople(
      texts.map(({ markdown }) => markdown),
      people,
      { markup: (person) => `<@${person}>`, maxChars: isShort ? shortChars : maxMarkdownChars },
    );
    return texts.map((text, index) => ({ ...text, markdown: called[index] ?? text.markdown }));
  }

  const growing = ({ source }: Text) => (source === undefined ? "" : renderGrowing(source));

  const markOf = (part: number) => ({ cause: intent.cause, part });

  /** Messages of this reply that stand and aren't known. */
  async function findUnknown(signal: AbortSignal): Promise<readonly Part[]> {
    if (!mayStand) return [];
    const found = await findPosted(place, intent.cause, signal);
    mayStand = false;
    return found.filter((id) => parts.every((part) => part.id !== id)).map((id) => ({ id, gone: false }));
  }

  async function begin(index: number, text: Text, options: ShowOptions): Promise<void> {
    const [unknown] = await findUnknown(options.signal);
    const part = unknown ?? (await beginAnew(index, text, options));
    parts[index] = part;
    await options.onPosted(part.id);
    if (unknown) await change(index, unknown, text, options);
  }

  async function beginAnew(
    index: number,
    text: Text,
    { final, buttons, onPosting, signal, check }: ShowOptions,
  ): Promise<Part> {
    await onPosting();
    const fence = { signal, check };
    try {
      if (mayStream && text.isLast && !final && api.pace.hasRoom("chat.startStream")) {
        const stream = await createStream(place, intent.asker, growing(text), fence, api);
        if (stream) return { id: stream.id, stream, gone: false };
        mayStream = false;
      }
      const { markdown } = text;
      const shownButtons = text.isLast ? buttons : [];
      const id = await postOnce(place, markOf(index), { markdown, buttons: shownButtons }, fence);
      return { id, shown: shownAs(markdown, shownButtons), gone: false };
    } catch (error) {
      mayStand = toAppError(error).code !== "platform_refused";
      throw error;
    }
  }

  async function change(index: number, part: Part, text: Text, options: ShowOptions): Promise<void> {
    const { final, buttons, signal, check } = options;
    const fence = { signal, check };
    const { markdown, isLast } = text;
    const isDone = final || !isLast;
    if (part.stream) {
      const outcome = isDone
        ? await part.stream.end({ markdown, buttons: isLast ? buttons : [] }, markOf(index), fence)
        : await part.stream.append(growing(text), fence);
      if (outcome === "shown") return;
      if (outcome === "gone") {
        part.gone = true;
        return;
      }
      delete part.stream;
      delete part.shown;
    }
    const shownButtons = isLast ? buttons : [];
    const look = shownAs(markdown, shownButtons);
    if (part.shown === look || (!isDone && !api.pace.hasRoom("chat.update"))) return;
    const content = { markdown, buttons: shownButtons };
    const stands = await messages.replace(channel, part.id, content, {
      mark: markOf(index),
      optional: !isDone,
      ...fence,
    });
    part.shown = look;
    part.gone = !stands;
  }

  async function removeParts(surplus: readonly Part[], fence: Fence): Promise<void> {
    for (const part of surplus) {
      if (part.gone) continue;
      await messages.remove(channel, part.id, fence);
      part.gone = true;
    }
  }

  const standing = () => parts.filter((part) => !part.gone).map((part) => part.id);

  const reply: LiveReply = {
    async show(sources, options) {
      const { final, people = [], signal, check } = options;
      throwIfAborted(signal);
      if (!final && streaming === "off") return standing();
      if (!final) api.pace.begin(token);
      const plain = render(sources, final);
      const texts = final ? calling(plain, people) : plain;
      for (const [index, text] of texts.entries()) {
        throwIfAborted(signal);
        const part = parts[index];
        if (!part) await begin(index, text, options);
        else if (!part.gone) await change(index, part, text, options);
      }
      // What an earlier attempt posted may still be needed while the text grows again.
      if (final) {
        api.pace.end(token);
        await removeParts([...parts.splice(texts.length), ...(await findUnknown(signal))], { signal, check });
        onWhole(place, texts[0]?.markdown ?? "");
      }
      return standing();
    },

    async remove(fence) {
      throwIfAborted(fence.signal);
      await removeParts([...parts, ...(await findUnknown(fence.signal))], fence);
      parts.length = 0;
      api.pace.end(token);
    },
  };

  return {
    ...reply,
    async show(sources, options) {
      try {
        return await reply.show(sources, options);
      } catch (error) {
        if (isShort || refusalOf(error) !== "msg_too_long") throw error;
        isShort = true;
        rendered = [];
        return reply.show(sources, options);
      }
    },
  };
}

function shownAs(markdown: string, buttons: readonly Button[]): string {
  return JSON.stringify([markdown, buttons]);
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError("aborted", "the reply was given up", { cause: signal.reason });
}
