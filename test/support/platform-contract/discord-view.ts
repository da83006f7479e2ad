import type { MessageId } from "../../../src/core/ids.ts";
import type { MessageView } from "../discord-server.ts";
import type { Shown } from "./harness.ts";
import { readMarkdown } from "./readable.ts";

interface Row {
  readonly components?: readonly { readonly custom_id?: string; readonly label?: string }[];
}

/** Nobody sees the signs that keep a fence or a mention from being one. */
const withoutInvisible = (text: string): string => text.replaceAll("\u200b", "");

/** A message of Parley's as people see it. */
export function viewMessage(message: MessageView): Shown {
  const { id, content, unfurled, pings, components, attachments, embeds } = message;
  const { text, code, links, images } = readMarkdown(content);
  const buttons = (components as readonly Row[]).flatMap((row) => row.components ?? []);
  const outsideCode = content.replaceAll(/```[\s\S]*?```|``[\s\S]*?``|`[^`]*`/g, " ");
  return {
    id: id as MessageId,
    source: content,
    text: withoutInvisible(text),
    code: withoutInvisible(code),
    links,
    previews: [...unfurled, ...images, ...embeds.map(({ url }) => url ?? "an embed")],
    pings: [
      ...pings.users,
      ...pings.roles,
      ...(pings.everyone ? ["everyone"] : []),
      // Nobody is notified of these, and yet they look like it.
      ...(outsideCode.match(/(?<!\\)<@[!&]?\d+>/g) ?? []),
    ],
    buttons: buttons.map(({ label }) => label ?? ""),
    isGrowing: buttons.some((button) => button.custom_id === "stop"),
    files: attachments.map(({ filename }) => filename),
    pictures: attachments.flatMap(({ content_type: type, description }) =>
      type?.startsWith("image/") ? [description ?? ""] : [],
    ),
  };
}
