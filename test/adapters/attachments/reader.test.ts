import { afterAll, describe, expect, test } from "vitest";

import { createAttachmentReader } from "../../../src/adapters/attachments/reader.ts";
import { readImageHeader } from "../../../src/adapters/attachments/image-header.ts";
import { paint, pixelOf, withExif, writePdf, writePdfBomb } from "../../support/files.ts";

// A busy machine starts a thread slowly; what never ends is tried with limits of its own.
const reader = createAttachmentReader({ timeoutMs: 60_000 });
afterAll(() => reader.close());

const never = new AbortController().signal;
const read = (bytes: Uint8Array) => reader.read(bytes, never);
const readWith = async (options: Parameters<typeof createAttachmentReader>[0], bytes: Uint8Array) => {
  const strict = createAttachmentReader({ timeoutMs: 60_000, ...options });
  try {
    return await strict.read(bytes, never);
  } finally {
    await strict.close();
  }
};

/** Standard security handler, revision 2, with a password that nobody is told. */
const encryption = `/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <${"41".repeat(32)}> /U <${"42".repeat(32)}> /P -4 >>`;

describe("text is told from other files by its bytes", () => {
  test.each([
    ["UTF-8", Buffer.from("Größe: 5 €\n"), "Größe: 5 €\n"],
    ["UTF-8 with a mark", Buffer.from("\ufeffhello"), "hello"],
    ["UTF-16, little end first", Buffer.from("\ufeffhäuser", "utf16le"), "häuser"],
    ["UTF-16, big end first", Buffer.from("\ufeffhäuser", "utf16le").swap16(), "häuser"],
    ["Windows' Latin letters", Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x80]), "Grüße €"],
    ["JSON", Buffer.from('{"a": [1, 2]}'), '{"a": [1, 2]}'],
  ])("%s", async (_kind, bytes, text) => {
    expect(await read(bytes)).toEqual({ kind: "text", text, isCut: false });
  });

  test.each([
    ["nothing", Buffer.alloc(0), "empty"],
    ["blanks", Buffer.from(" \n\t"), "empty"],
    ["an archive", Buffer.from("504b0304140000000800", "hex"), "unknownKind"],
    ["a program", Buffer.from("7f454c4602010100", "hex"), "unknownKind"],
    ["the beginning of a PNG", Buffer.from("89504e470d0a1a0a0000", "hex"), "broken"],
    ["a PDF of nothing", Buffer.from("%PDF-1.7\n"), "broken"],
    ["an encrypted PDF", writePdf(["secret"], encryption), "encrypted"],
    ["a PDF without text", writePdf([""]), "noText"],
    ["a broken JPEG", Buffer.from("ffd8ffc0000b080010001001011100", "hex"), "broken"],
    ["a frameless JPEG", Buffer.from("ffd8ffda0000", "hex"), "broken"],
  ])("%s is not read", async (_kind, bytes, reason) => {
    expect(await read(bytes)).toEqual({ kind: "unread", reason });
  });
});

describe("a PDF", () => {
  test("is read page by page", async () => {
    expect(await read(writePdf(["The first page", "The second"]))).toEqual({
      kind: "text",
      text: "The first page\n\nThe second",
      isCut: false,
    });
  });

  test("of many pages is read to the bound", async () => {
    const bytes = writePdf(Array.from({ length: 9 }, (_page, i) => `Page ${i + 1}`));
    expect(await readWith({ limits: { maxPages: 2 } }, bytes)).toEqual({
      kind: "text",
      text: "Page 1\n\nPage 2",
      isCut: true,
    });
    expect(await readWith({ limits: { maxChars: 8 } }, bytes)).toEqual({
      kind: "text",
      text: "Page 1\n\n",
      isCut: true,
    });
  });

  test("that unpacks to gigabytes ends with its thread", async () => {
    const bytes = writePdfBomb(300);
    expect(await readWith({ maxMemoryMb: 100 }, bytes)).toEqual({ kind: "unread", reason: "tooMuchWork" });
  });
});

describe("a picture", () => {
  const wide = paint(3_000, 300, (x) => (x < 1_500 ? [255, 0, 0, 255] : [0, 0, 255, 255]));

  test("is made smaller and a JPEG, whatever it was", async () => {
    for (const bytes of [wide.get_bytes(), wide.get_bytes_webp(), wide.get_bytes_jpeg(90)]) {
      // oxlint-disable-next-line no-await-in-loop -- two cores.
      const content = await read(bytes);
      expect(content).toMatchObject({
        kind: "image",
        picture: { mediaType: "image/jpeg", width: 2_048, height: 205 },
        sample: { mediaType: "image/jpeg", width: 1_024, height: 103 },
      });
      if (content.kind !== "image") continue;
      expect(readImageHeader(content.picture.bytes)).toMatchObject({ width: 2_048, height: 205 });
    }
  });

  test("that is small keeps its size, and a GIF is its first frame", async () => {
    const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
    expect(await read(gif)).toMatchObject({ kind: "image", picture: { width: 1, height: 1 } });
  });

  test("loses what was written into it, and stands upright", async () => {
    const lying = paint(64, 32, (x) => (x < 32 ? [255, 0, 0, 255] : [0, 0, 255, 255]));
    const content = await read(withExif(lying.get_bytes_jpeg(95), 6, "51.5007 N, 0.1246 W"));
    if (content.kind !== "image") throw new Error(JSON.stringify(content));
    const { bytes, width, height } = content.picture;
    expect({ width, height }).toEqual({ width: 32, height: 64 });
    expect(Buffer.from(bytes).includes("51.5007")).toBe(false);
    // Turned clockwise: what was on the left is above.
    const [above, below] = [pixelOf(bytes, 16, 8), pixelOf(bytes, 16, 56)];
    expect(above[0]).toBeGreaterThan(200);
    expect(below[2]).toBeGreaterThan(200);
  });

  test("has white where nothing is, not what its invisible pixels hold", async () => {
    const glass = paint(16, 16, () => [10, 10, 10, 0]);
    const content = await read(glass.get_bytes());
    if (content.kind !== "image") throw new Error(JSON.stringify(content));
    expect(Math.min(...pixelOf(content.picture.bytes, 8, 8))).toBeGreaterThan(250);
  });

  test("with more pixels than can be unpacked is refused by its header", async () => {
    const png = Buffer.from(wide.get_bytes());
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    expect(await read(png)).toEqual({ kind: "unread", reason: "tooManyPixels" });
  });

  test("that lies about its size is broken", async () => {
    const png = Buffer.from(wide.get_bytes());
    png.writeUInt32BE(9, 16);
    expect(await read(png)).toEqual({ kind: "unread", reason: "broken" });
  });
});

test("reading that takes too long ends", async () => {
  const bytes = writePdf(["slow"]);
  expect(await readWith({ timeoutMs: 1 }, bytes)).toEqual({ kind: "unread", reason: "tooMuchWork" });
});

test("reading ends when nobody waits for it any more, and the next file is read", async () => {
  const given = new AbortController();
  const reading = reader.read(writePdf(["slow"]), given.signal);
  given.abort();
  await expect(reading).rejects.toMatchObject({ code: "aborted" });
  expect(await read(Buffer.from("next"))).toMatchObject({ text: "next" });
});
