import type { Command, Who } from "./shape.ts";

export interface Rights {
  readonly isAdmin: boolean;
  /** Of the channel in which the command is given. */
  readonly isChannelManager: boolean;
}

export type Permission =
  | { readonly kind: "allowed" }
  /** `who`: those who may. */
  | { readonly kind: "refused"; readonly who: Exclude<Who, "everyone"> };

/** Whether somebody may run a command; admins may everything. */
export function mayRun({ who }: Pick<Command, "who">, { isAdmin, isChannelManager }: Rights): Permission {
  if (who === "everyone" || isAdmin) return { kind: "allowed" };
  return who === "channelManager" && isChannelManager ? { kind: "allowed" } : { kind: "refused", who };
}
