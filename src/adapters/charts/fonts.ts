import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";

/** Fonts as the renderer takes them: by their files, and never those of the machine, which may have none. */
export interface Fonts {
  readonly files: readonly string[];
  readonly family: string;
  close(): Promise<void>;
}

const outlines = [
  import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
  import.meta.resolve("@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf"),
];
/** Has a glyph for every character of the Basic Multilingual Plane. */
const everything = import.meta.resolve("@fontsource/unifont/files/unifont-latin-400-normal.woff");

/** @throws Error where a package of a font is missing */
export async function openFonts(): Promise<Fonts> {
  const dir = await mkdtemp(join(tmpdir(), "parley-fonts-"));
  const unpacked = join(dir, "everything.ttf");
  await writeFile(unpacked, unpackWoff(await readFile(new URL(everything))));
  return {
    files: [...outlines.map((url) => fileURLToPath(url)), unpacked],
    family: "DejaVu Sans",
    close: () => rm(dir, { recursive: true, force: true }),
  };
}

const woffHeaderBytes = 44;
const woffEntryBytes = 20;
const sfntHeaderBytes = 12;
const sfntEntryBytes = 16;

/** The font within a WOFF 1.0 file: its tables, inflated, behind a directory (W3C, WOFF File Format 1.0, §3–5). */
export function unpackWoff(woff: Buffer): Buffer {
  if (woff.toString("latin1", 0, 4) !== "wOFF") throw new Error("not a WOFF file");
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, i) => {
    const at = woffHeaderBytes + i * woffEntryBytes;
    const [offset, packedBytes, bytes] = [4, 8, 12].map((field) => woff.readUInt32BE(at + field)) as [
      number,
      number,
      number,
    ];
    const packed = woff.subarray(offset, offset + packedBytes);
    return {
      tag: woff.subarray(at, at + 4),
      checksum: woff.readUInt32BE(at + 16),
      data: packedBytes < bytes ? inflateSync(packed, { maxOutputLength: bytes }) : packed,
    };
  });
  const header = Buffer.alloc(sfntHeaderBytes + count * sfntEntryBytes);
  const log2 = Math.floor(Math.log2(count));
  header.writeUInt32BE(woff.readUInt32BE(4), 0);
  header.writeUInt16BE(count, 4);
  header.writeUInt16BE(2 ** log2 * sfntEntryBytes, 6);
  header.writeUInt16BE(log2, 8);
  header.writeUInt16BE((count - 2 ** log2) * sfntEntryBytes, 10);
  const parts = [header];
  let offset = header.length;
  for (const [i, { tag, checksum, data }] of tables.entries()) {
    const at = sfntHeaderBytes + i * sfntEntryBytes;
    tag.copy(header, at);
    header.writeUInt32BE(checksum, at + 4);
    header.writeUInt32BE(offset, at + 8);
    header.writeUInt32BE(data.length, at + 12);
    const padded = Buffer.alloc(Math.ceil(data.length / 4) * 4);
    data.copy(padded);
    parts.push(padded);
    offset += padded.length;
  }
  return Buffer.concat(parts);
}
