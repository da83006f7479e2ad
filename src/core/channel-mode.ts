import type { MessageCreated } from "./event.ts";
import type { PlatformName } from "./ids.ts";

/** When Parley answers in a channel. `always`: to every message; `off`: never, but commands still work. */
export type ChannelMode = "mention" | "always" | "off";

/** Where nothing was set for a channel. */
export type DefaultModes = Readonly<Record<PlatformName, ChannelMode>>;

export type Part = { readonly kind: "answer" } | { readonly kind: "stayOut"; readonly reason: string };

/** Whether a message is answered. `joined`: Parley was called into the thread that it stands in. */
export function choosePart(mode: ChannelMode, addressed: MessageCreated["addressed"], joined: boolean): Part {
  if (addressed === "direct") return { kind: "answer" };
  switch (mode) {
    case "always":
      return { kind: "answer" };
    case "off":
      return { kind: "stayOut", reason: "switched off in the channel" };
    case "mention":
      if (addressed === "mention" || (addressed === "thread" && joined)) return { kind: "answer" };
      return {
        kind: "stayOut",
        reason: addressed === "thread" ? "in a thread of others" : "not addressed to Parley",
      };
    default:
      return mode satisfies never;
  }
}
