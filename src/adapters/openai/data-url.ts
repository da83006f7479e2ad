import type { Picture } from "../../core/attachment.ts";

/** A picture inside of a request: the service fetches nothing. */
export function dataUrl({ mediaType, bytes }: Picture): string {
  return `data:${mediaType};base64,${Buffer.from(bytes).toString("base64")}`;
}
