/** What an attachment turned out to be when it was read. */
export type AttachmentContent =
  | {
      readonly kind: "text";
      readonly text: string;
      /** Something was left out behind its end. */
      readonly isCut: boolean;
    }
  | {
      readonly kind: "image";
      /** For a model that sees. */
      readonly picture: Picture;
      /** The same, smaller: what moderation is shown. */
      readonly sample: Picture;
    }
  | { readonly kind: "unread"; readonly reason: UnreadReason };

/** A picture made anew from its pixels: nothing that came with it is left. */
export interface Picture {
  readonly bytes: Uint8Array;
  readonly mediaType: "image/jpeg";
  readonly width: number;
  readonly height: number;
}

/**
 * `unknownKind`: neither text, PDF nor a picture that can be read. `tooMuchWork`: reading it took more time or memory than
 * a file may. `tooMany`: others came before it.
 */
export type UnreadReason =
  | "unknownKind"
  | "empty"
  | "noText"
  | "broken"
  | "encrypted"
  | "tooLarge"
  | "tooManyPixels"
  | "tooMuchWork"
  | "tooMany"
  | "notFetched";

/** What of a file is read. The sides are those of pictures, in pixels. */
export interface ReadingLimits {
  readonly maxChars: number;
  readonly maxPages: number;
  readonly maxPixels: number;
  readonly pictureSide: number;
  readonly sampleSide: number;
}
