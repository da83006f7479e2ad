import type { ChannelId, PersonId } from "../ids.ts";

/** Whose money is meant, as it was written; whether there is such a one is for others to find out. */
export type Spender =
  | { readonly kind: "workspace" }
  | { readonly kind: "person"; readonly person: PersonId }
  | { readonly kind: "channel"; readonly channel: ChannelId }
  | { readonly kind: "persona"; readonly persona: string };

/**
 * `workspace`, somebody or a channel as the platform names them (`<@U1>`, `<#C1|general>`) or by id (`@U1`, `#C1`), or
 * the name of a persona; `undefined` for anything else.
 */
export function readSpender(written: string): Spender | undefined {
  const text = written.trim();
  const [, mark, id] = /^(?:<(@|#)!?([^\s<>|]{1,100})(?:\|[^<>]*)?>)$/.exec(text) ?? [];
  const [, plainMark = mark, plainId = id] = /^(@|#)([\w.-]{1,100})$/.exec(text) ?? [];
  if (plainMark === "@" && plainId !== undefined) return { kind: "person", person: plainId as PersonId };
  if (plainMark === "#" && plainId !== undefined) return { kind: "channel", channel: plainId as ChannelId };
  if (text.toLowerCase() === "workspace") return { kind: "workspace" };
  const persona = /^[a-z0-9][a-z0-9-]{0,39}$/.exec(text.toLowerCase())?.[0];
  return persona === undefined ? undefined : { kind: "persona", persona };
}

/** Writes it so that it is read as the same again. */
export function formatSpender(spender: Spender): string {
  switch (spender.kind) {
    case "person":
      return `<@${spender.person}>`;
    case "channel":
      return `<#${spender.channel}>`;
    case "persona":
      return spender.persona;
    case "workspace":
      return "workspace";
    default:
      return spender satisfies never;
  }
}
