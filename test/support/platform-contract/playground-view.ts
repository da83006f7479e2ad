import { findMember } from "../../../src/adapters/playground/workspace.ts";
import type { MessageId } from "../../../src/core/ids.ts";
import type { Shown, Who } from "./harness.ts";
import { readHtml } from "./readable.ts";

export const memberNames: Readonly<Record<Who, string>> = { admin: "ada", member: "ben", guest: "gus" };
export const roomNames = { public: "general", private: "leadership" } as const;
/** Who of the three sees what. */
export const seenBy: Readonly<Record<string, readonly Who[]>> = {
  general: ["admin", "member"],
  engineering: ["admin", "member"],
  leadership: ["admin", "member"],
  "guest-project": ["admin", "member", "guest"],
  "dm-ada": ["admin"],
  "dm-ben": ["member"],
  "dm-gus": ["guest"],
};
/** As the page gets it. */
export interface Seen {
  readonly id: MessageId;
  readonly author: string;
  readonly text: string;
  readonly blocks: readonly string[];
  readonly writing: boolean;
  readonly buttons: readonly { readonly label: string }[];
  readonly files?: readonly { readonly name: string; readonly altText: string }[];
  readonly deleted?: true;
  readonly undelivered?: true;
  readonly clientId?: string;
}

export interface Listing {
  readonly messages: readonly Seen[];
  readonly notices: readonly {
    readonly id: string;
    readonly blocks: readonly string[];
    readonly buttons: readonly { readonly label: string }[];
  }[];
}

export const same = (text: string) => ({ typed: text, heard: text });

export const sees = (who: Who, channel: string): boolean => seenBy[channel]?.includes(who) ?? false;

export function factsOf(who: Who) {
  const member = findMember(memberNames[who]);
  if (!member) throw new Error(`nobody is called ${memberNames[who]}`);
  const { id, name, role } = member;
  return { id, name, isAdmin: role === "admin", isGuest: role === "guest", isBot: false };
}

/** A message of Parley's as people see it. */
export function viewMessage({
  id,
  text: source,
  blocks,
  writing,
  buttons = [],
  files = [],
}: Pick<Seen, "id" | "text" | "blocks" | "writing"> & Partial<Pick<Seen, "buttons" | "files">>): Shown {
  const { text, code, links, images } = readHtml(blocks.join("\n"));
  return {
    id,
    source,
    text,
    code,
    links,
    previews: images,
    pings: [],
    buttons: writing ? ["stop"] : buttons.map(({ label }) => label),
    isGrowing: writing,
    files: files.map(({ name }) => name),
    pictures: files.map(({ altText }) => altText),
  };
}
