import type { ChannelId, PersonId } from "../../core/ids.ts";
import type { OutgoingFile } from "../../core/platform.ts";
import type { NewId } from "../../core/ports.ts";

/** A file as the page names it. */
export interface FileView {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly altText: string;
}

/** Who may fetch a file: whoever may read a channel, or one person. */
export type Audience = { readonly channel: ChannelId } | { readonly person: PersonId };

interface KeptFile extends FileView {
  readonly bytes: Uint8Array;
  readonly audience: Audience;
}

/** Pictures of some tens of kilobytes; the oldest go first. */
const maxKeptBytes = 64 * 1024 * 1024;

/** Files that Parley sent: kept in this process, as pictures are made again and stored nowhere. */
export function createShelf(newId: NewId, maxBytes = maxKeptBytes) {
  const kept = new Map<string, KeptFile>();
  let keptBytes = 0;

  return {
    put(files: readonly OutgoingFile[], audience: Audience): readonly FileView[] {
      return files.map(({ name, mediaType, altText, bytes }) => {
        const view = { id: newId(), name, mediaType, altText };
        kept.set(view.id, { ...view, bytes, audience });
        keptBytes += bytes.byteLength;
        for (const [id, oldest] of kept) {
          if (keptBytes <= maxBytes || id === view.id) break;
          kept.delete(id);
          keptBytes -= oldest.bytes.byteLength;
        }
        return view;
      });
    },
    get: (id: string): KeptFile | undefined => kept.get(id),
  };
}

export type Shelf = ReturnType<typeof createShelf>;
