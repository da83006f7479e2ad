import type { CommandAnswer } from "./command.ts";

/** What somebody reads who can't have what they asked for. */
export function refuse(text: string): CommandAnswer {
  return { text, isPrivate: true };
}
