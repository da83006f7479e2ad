import { isObject } from "./arguments.ts";
import type { Arguments } from "./arguments.ts";
import { checkBlocks } from "./blocks.ts";
import { checkMetadata } from "./metadata.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import type { Json } from "./workspace.ts";

/** What a message says, as chat.postMessage, chat.update and chat.postEphemeral take it. */
export interface Content {
  readonly text: string | undefined;
  readonly isMarkdown: boolean;
  readonly blocks: readonly Json[] | undefined;
  readonly attachments: readonly Json[] | undefined;
}

const maxMarkdownChars = 12_000;
const maxAttachments = 100;

/** @throws SlackRefusal */
export function readContent(args: Arguments, newBlockId: () => string): Content {
  const text = args.text("text");
  const markdown = args.text("markdown_text");
  const blocks = readBlocks(args, newBlockId);
  const attachments = readAttachments(args);
  if (markdown !== undefined) {
    if (text !== undefined || blocks !== undefined) throw new SlackRefusal("markdown_text_conflict");
    checkMarkdown(markdown);
  }
  return { text: markdown ?? text, isMarkdown: markdown !== undefined, blocks, attachments };
}

/** @throws SlackRefusal msg_too_long */
export function checkMarkdown(markdown: string): void {
  if (markdown.length > maxMarkdownChars) throw new SlackRefusal("msg_too_long");
}

/** Whether there is anything to show. */
export function saysSomething({ text, blocks, attachments }: Content): boolean {
  return Boolean(text?.trim()) || Boolean(blocks?.length) || Boolean(attachments?.length);
}

/** Checked, each with a `block_id`. @throws SlackRefusal */
export function readBlocks(args: Arguments, newBlockId: () => string): readonly Json[] | undefined {
  const value = args.structure("blocks", "invalid_blocks_format");
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every(isObject)) throw new SlackRefusal("invalid_blocks_format");
  checkBlocks(value);
  return value.map((block) => ({ ...block, block_id: block.block_id ?? newBlockId() }));
}

function readAttachments(args: Arguments): readonly Json[] | undefined {
  const value = args.structure("attachments", "invalid_attachments");
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every(isObject)) throw new SlackRefusal("invalid_attachments");
  if (value.length > maxAttachments) throw new SlackRefusal("too_many_attachments");
  return value;
}

/** `{}` takes it away, as chat.update says. @throws SlackRefusal */
export function readMetadata(args: Arguments): Json | undefined {
  const value = args.structure("metadata", "invalid_metadata_format");
  return value === undefined ? undefined : checkMetadata(value);
}
