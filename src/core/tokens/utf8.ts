// What TextEncoder writes, lone surrogates as U+FFFD included; for short strings its call costs more than its work.

const replacement = 0xff_fd;

/** Writes `text[start, end)` from the beginning of `into` and answers how many bytes that took: at most three a unit. */
export function writeUtf8(text: string, start: number, end: number, into: Uint8Array): number {
  let written = 0;
  for (let at = start; at < end; at++) {
    let point = text.charCodeAt(at);
    if (point < 0x80) {
      into[written++] = point;
      continue;
    }
    if (point < 0x8_00) {
      into[written++] = 0xc0 | (point >> 6);
      into[written++] = 0x80 | (point & 0x3f);
      continue;
    }
    if (point >= 0xd8_00 && point < 0xe0_00) point = pairedAt(text, at, end);
    if (point > 0xff_ff) {
      into[written++] = 0xf0 | (point >> 18);
      into[written++] = 0x80 | ((point >> 12) & 0x3f);
      at++;
    } else {
      into[written++] = 0xe0 | (point >> 12);
    }
    into[written++] = 0x80 | ((point >> 6) & 0x3f);
    into[written++] = 0x80 | (point & 0x3f);
  }
  return written;
}

function pairedAt(text: string, at: number, end: number): number {
  const point = text.codePointAt(at) as number;
  return point > 0xff_ff && at + 1 < end ? point : replacement;
}

/** How many units of `text`, from `start`, stand for the first so many bytes; a character cut by them doesn't count. */
export function unitsOfBytes(text: string, start: number, bytes: number): number {
  let at = start;
  let left = bytes;
  while (at < text.length) {
    const point = text.codePointAt(at) as number;
    left -= point < 0x80 ? 1 : point < 0x8_00 ? 2 : point > 0xff_ff ? 4 : 3;
    if (left < 0) break;
    at += point > 0xff_ff ? 2 : 1;
  }
  return at - start;
}
