import { PhotonImage } from "@cf-wasm/photon/node";
import { z } from "zod";

/** A picture in a request: data, in one of the kinds that the service takes, which really is that. */
const dataUrl = z.string().refine((url) => {
  const [, kind, base64] = /^data:image\/(png|jpeg|webp|gif);base64,([A-Za-z0-9+/]+={0,2})$/.exec(url) ?? [];
  if (kind === undefined || base64 === undefined || base64.length % 4 !== 0) return false;
  const bytes = Buffer.from(base64, "base64");
  return bytes.toString("hex").startsWith(beginnings[kind] ?? "-") && decodes(bytes);
}, "The image could not be read: use a data URL of a PNG, JPEG, WebP or GIF.");

const beginnings: Readonly<Record<string, string>> = {
  png: "89504e47",
  jpeg: "ffd8ff",
  webp: "52494646",
  gif: "474946",
};

export const imagePart = z.strictObject({
  type: z.literal("image_url"),
  image_url: z.strictObject({ url: dataUrl, detail: z.enum(["auto", "low", "high"]).optional() }),
});

export type ImagePart = z.infer<typeof imagePart>;

/** The colour of a picture's first pixel, by which tests tell pictures apart. */
export function firstPixel({ image_url: { url } }: ImagePart): readonly number[] {
  const image = PhotonImage.new_from_byteslice(Buffer.from(url.slice(url.indexOf(",") + 1), "base64"));
  return [...image.get_raw_pixels().subarray(0, 3)];
}

function decodes(bytes: Uint8Array): boolean {
  try {
    return PhotonImage.new_from_byteslice(bytes).get_width() > 0;
  } catch {
    return false;
  }
}
