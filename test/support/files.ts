import { deflateSync } from "node:zlib";

import { PhotonImage } from "@cf-wasm/photon/node";

/** Pixels by place, as `[red, green, blue, alpha]`. */
export function paint(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly [number, number, number, number],
): PhotonImage {
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) pixels.set(colourAt(x, y), (y * width + x) * 4);
  return new PhotonImage(pixels, width, height);
}

/** The pixel of a picture's bytes at a place. */
export function pixelOf(bytes: Uint8Array, x: number, y: number): readonly number[] {
  const image = PhotonImage.new_from_byteslice(bytes);
  const at = (y * image.get_width() + x) * 4;
  return [...image.get_raw_pixels().subarray(at, at + 3)];
}

/** A JPEG with an Exif segment that says how the camera was held, and a remark that must not be passed on. */
export function withExif(jpeg: Uint8Array, orientation: number, remark: string): Uint8Array {
  const tiff = Buffer.alloc(26);
  tiff.write("II*\0", 0, "latin1");
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt16LE(0x01_12, 10);
  tiff.writeUInt16LE(3, 12);
  tiff.writeUInt32LE(1, 14);
  tiff.writeUInt16LE(orientation, 18);
  const content = Buffer.concat([Buffer.from("Exif\0\0"), tiff, Buffer.from(remark)]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(content.byteLength + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
}

/** A PDF with a page for each text; `extra` goes into its trailer. */
export function writePdf(pages: readonly string[], extra = ""): Uint8Array {
  const contents = pages.map((text) => Buffer.from(`BT /F1 12 Tf 72 720 Td (${text}) Tj ET`));
  return writePdfOf(
    contents.map((content) => ({ content, filter: "" })),
    extra,
  );
}

/** A PDF of one page whose content unpacks to so many megabytes. */
export function writePdfBomb(megabytes: number): Uint8Array {
  const content = deflateSync(Buffer.alloc(megabytes * 1_000_000, "(a) Tj "));
  return writePdfOf([{ content, filter: "/Filter /FlateDecode" }], "");
}

function writePdfOf(
  pages: readonly { readonly content: Uint8Array; readonly filter: string }[],
  extra: string,
): Uint8Array {
  const first = 4;
  const kids = pages.map((_page, i) => `${first + 2 * i} 0 R`);
  const objects: Uint8Array[] = [
    Buffer.from("<< /Type /Catalog /Pages 2 0 R >>"),
    Buffer.from(`<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${pages.length} >>`),
    Buffer.from("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"),
    ...pages.flatMap(({ content, filter }, i) => [
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${first + 2 * i + 1} 0 R >>`,
      ),
      Buffer.concat([
        Buffer.from(`<< /Length ${content.byteLength} ${filter} >>\nstream\n`),
        content,
        Buffer.from("\nendstream"),
      ]),
    ]),
  ];
  const parts: Uint8Array[] = [Buffer.from("%PDF-1.4\n")];
  const offsets: number[] = [];
  let length = parts[0]?.byteLength ?? 0;
  for (const [i, object] of objects.entries()) {
    const part = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from("\nendobj\n")]);
    offsets.push(length);
    length += part.byteLength;
    parts.push(part);
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join("")}trailer\n` +
        `<< /Size ${objects.length + 1} /Root 1 0 R ${extra} >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}
