/** What stands in the header of a picture, read before anything is unpacked. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  /** Exif's: how the camera was held, 1 upright to 8. */
  readonly orientation: number;
}

/** Width and height of a PNG, JPEG, GIF or WebP; `undefined` where the header is cut or makes no sense. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const header = readHeader(view);
    return header && header.width > 0 && header.height > 0 ? header : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readHeader(view: DataView): ImageHeader | undefined {
  switch (view.getUint16(0)) {
    case 0x89_50:
      return { width: view.getUint32(16), height: view.getUint32(20), orientation: 1 };
    case 0xff_d8:
      return readJpeg(view);
    case 0x47_49:
      return { width: view.getUint16(6, true), height: view.getUint16(8, true), orientation: 1 };
    case 0x52_49:
      return readWebp(view);
    default:
      return undefined;
  }
}

/** ITU T.81, B.1: segments of a marker and a length, up to the frame header. */
function readJpeg(view: DataView): ImageHeader | undefined {
  let orientation = 1;
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isAlone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5), orientation };
    // The picture itself began without a frame.
    if (marker === 0xd9 || marker === 0xda) return undefined;
    if (marker === 0xe1) orientation = readOrientation(view, at + 4) ?? orientation;
    at += isAlone ? 2 : 2 + view.getUint16(at + 2);
  }
}

const orientationTag = 0x01_12;

/** Exif 2.32, 4.6: a TIFF file in an APP1 segment. */
function readOrientation(view: DataView, start: number): number | undefined {
  const isExif = view.getUint32(start) === 0x45_78_69_66;
  if (!isExif) return undefined;
  const tiff = start + 6;
  const isLittle = view.getUint16(tiff) === 0x49_49;
  const directory = tiff + view.getUint32(tiff + 4, isLittle);
  const entries = view.getUint16(directory, isLittle);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12;
    if (view.getUint16(entry, isLittle) !== orientationTag) continue;
    const value = view.getUint16(entry + 8, isLittle);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/** RFC 9649: lossy, lossless and extended files have their sizes in different places. */
function readWebp(view: DataView): ImageHeader | undefined {
  const size = (width: number, height: number) => ({ width, height, orientation: 1 });
  switch (view.getUint32(12)) {
    case 0x56_50_38_20:
      return size(view.getUint16(26, true) & 0x3f_ff, view.getUint16(28, true) & 0x3f_ff);
    case 0x56_50_38_4c: {
      const bits = view.getUint32(21, true);
      return size((bits & 0x3f_ff) + 1, ((bits >> 14) & 0x3f_ff) + 1);
    }
    case 0x56_50_38_58:
      return size(
        (view.getUint32(24, true) & 0xff_ff_ff) + 1,
        (view.getUint16(27, true) | (view.getUint8(29) << 16)) + 1,
      );
    default:
      return undefined;
  }
}
