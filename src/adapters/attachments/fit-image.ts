import { PhotonImage, SamplingFilter, resize } from "@cf-wasm/photon/node";

import type { AttachmentContent, Picture, ReadingLimits } from "../../core/attachment.ts";
import type { ImageHeader } from "./image-header.ts";

/** Of 100; below it, small letters on a picture of a screen become hard to read. */
const jpegQuality = 85;

/** A picture in the two sizes in which it is sent on. Of one that moves, the first frame; what is behind glass is white. */
export function fitImage(
  bytes: Uint8Array,
  header: ImageHeader,
  { maxPixels, pictureSide, sampleSide }: ReadingLimits,
): AttachmentContent {
  if (header.width * header.height > maxPixels) return { kind: "unread", reason: "tooManyPixels" };
  // Broken input makes it panic; this thread is used once, so that nothing is left of that.
  const decoded = PhotonImage.new_from_byteslice(bytes);
  if (decoded.get_width() * decoded.get_height() > maxPixels)
    return { kind: "unread", reason: "tooManyPixels" };
  const fitted = turnUpright(onWhite(shrink(decoded, pictureSide)), header.orientation);
  return { kind: "image", picture: toPicture(fitted), sample: toPicture(shrink(fitted, sampleSide)) };
}

function shrink(image: PhotonImage, maxSide: number): PhotonImage {
  const [width, height] = [image.get_width(), image.get_height()];
  const scale = maxSide / Math.max(width, height);
  if (scale >= 1) return image;
  const side = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return resize(image, side(width), side(height), SamplingFilter.Triangle);
}

function toPicture(image: PhotonImage): Picture {
  return {
    bytes: image.get_bytes_jpeg(jpegQuality),
    mediaType: "image/jpeg",
    width: image.get_width(),
    height: image.get_height(),
  };
}

/** JPEG has no transparency: what is not there would have whatever colour the pixels happen to hold. */
function onWhite(image: PhotonImage): PhotonImage {
  const pixels = image.get_raw_pixels();
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 255;
    if (alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel++)
      pixels[channel] = Math.round(((pixels[channel] ?? 0) * alpha + 255 * (255 - alpha)) / 255);
    pixels[at + 3] = 255;
  }
  return new PhotonImage(pixels, image.get_width(), image.get_height());
}

/** Exif 2.32, 4.6.4 A: 2, 4, 5 and 7 are mirrored; from 5 on width and height change places. */
function turnUpright(image: PhotonImage, orientation: number): PhotonImage {
  if (orientation === 1) return image;
  const [width, height] = [image.get_width(), image.get_height()];
  const isTurned = orientation >= 5;
  const [newWidth, newHeight] = isTurned ? [height, width] : [width, height];
  const from = new Uint32Array(image.get_raw_pixels().buffer);
  const to = new Uint32Array(from.length);
  const isFlippedX = [2, 3, 7, 8].includes(orientation);
  const isFlippedY = [3, 4, 6, 7].includes(orientation);
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      const [across, down] = isTurned ? [y, x] : [x, y];
      const sourceX = isFlippedX ? width - 1 - across : across;
      const sourceY = isFlippedY ? height - 1 - down : down;
      to[y * newWidth + x] = from[sourceY * width + sourceX] ?? 0;
    }
  }
  return new PhotonImage(new Uint8Array(to.buffer), newWidth, newHeight);
}
