import type { MessageId } from "../../../src/core/ids.ts";
import type { MessageView, SlackServer } from "../slack-server.ts";
import type { Shown } from "./harness.ts";
import { readMarkdown } from "./readable.ts";

interface Block {
  readonly type?: string;
  readonly alt_text?: string;
  readonly text?: string | { readonly text?: string };
  readonly elements?: readonly { readonly action_id?: string; readonly text?: { readonly text?: string } }[];
}

/** A message of Parley's as people see it. */
export function viewMessage(message: MessageView): Shown {
  const { ts, shown, blocks, streamingState, pings, unfurl, files } = message;
  const buttons = buttonsIn(blocks);
  const labels = buttons.map(({ text }) => text?.text ?? "").join("\n");
  // What the server shows ends in the labels of the buttons.
  const source = labels !== "" && shown.endsWith(labels) ? shown.slice(0, -labels.length).trimEnd() : shown;
  const { links, images } = readMarkdown(source);
  const unfurls = unfurl.links || unfurl.media ? links : [];
  return {
    ...read(source),
    id: ts as MessageId,
    previews: [...images, ...unfurls],
    pings: [...pings.users, ...pings.groups, ...pings.broadcasts],
    buttons: buttons.map(({ text }) => text?.text ?? ""),
    isGrowing: streamingState === "in_progress" || buttons.some((button) => button.action_id === "stop"),
    files: files.map(({ name }) => name),
    pictures: ((blocks ?? []) as readonly Block[]).flatMap(({ type, alt_text: alt = "" }) =>
      type === "image" ? [alt] : [],
    ),
  };
}

/** A message that one person sees. */
export function viewEphemeral({ ts, text, blocks }: ReturnType<SlackServer["ephemerals"]>[number]): Shown {
  const inBlocks = ((blocks ?? []) as readonly Block[]).map((block) =>
    typeof block.text === "string" ? block.text : (block.text?.text ?? ""),
  );
  const source = inBlocks.join("\n").trim() || text;
  return {
    ...read(source),
    id: ts as MessageId,
    previews: readMarkdown(source).images,
    pings: source.match(/<(?:[@#][A-Z0-9]+|![a-z]+)[^<>]*>/g) ?? [],
    buttons: [],
    isGrowing: false,
    files: [],
    pictures: [],
  };
}

const buttonsIn = (blocks: readonly Block[]) =>
  blocks.flatMap(({ type, elements }) => (type === "actions" ? (elements ?? []) : []));

function read(source: string): Pick<Shown, "source" | "text" | "code" | "links"> {
  const { text, code, links } = readMarkdown(source);
  return { source, text: withoutInvisible(text), code: withoutInvisible(code), links };
}

/** Nobody sees the signs that keep a name from being one. */
const withoutInvisible = (text: string): string => text.replaceAll(/[\u200b\u2060]/g, "");
