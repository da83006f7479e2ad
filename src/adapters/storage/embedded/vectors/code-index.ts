import { codeBytesOf, planeCount, toQueryCode } from "./bit-codes.ts";
import type { QueryCode } from "./bit-codes.ts";
import { createKernel, pageBytes, unseen } from "./kernel.ts";

/** The codes of one collection in memory. A place is the number of a row, and later rows have higher ones. */
export interface CodeIndex {
  /** Adds the row with the highest place so far, or replaces what stands under a place. */
  put(place: number, audience: number, code: Uint8Array): void;
  remove(place: number): void;
  /**
   * The places that most likely hold the nearest, among those of the audiences and but for some: the likeliest first, at
   * most `limit`.
   */
  candidates(
    query: Float32Array,
    audiences: readonly number[],
    limit: number,
    leftOut?: ReadonlySet<number>,
  ): Candidates;
}

export interface Candidates {
  /** `estimate` is the likely cosine. */
  readonly places: readonly { readonly place: number; readonly estimate: number }[];
  readonly errorAround: QueryCode["errorAround"];
}

/** Slots are added in pieces of so many, which never move. */
const segmentSlots = 4_096;
const leastHoles = segmentSlots;
/** The audience of a slot whose row is gone; rows have 1 and more. */
const nobody = 0;

export function createCodeIndex(dimensions: number): CodeIndex {
  const codeBytes = codeBytesOf(dimensions);
  const kernel = createKernel(codeBytes);
  const { memory } = kernel;
  let top = 0;
  let bytes = new Uint8Array(memory.buffer);
  let shorts = new Uint16Array(memory.buffer);
  let words = new Uint32Array(memory.buffer);

  const allocate = (size: number): number => {
    const address = top;
    top += Math.ceil(size / 16) * 16;
    const missing = top - memory.buffer.byteLength;
    if (missing > 0) {
      memory.grow(Math.ceil(missing / pageBytes));
      bytes = new Uint8Array(memory.buffer);
      shorts = new Uint16Array(memory.buffer);
      words = new Uint32Array(memory.buffer);
    }
    return address;
  };

  const query = allocate(codeBytes * (1 + planeCount));
  const highestScore = (2 ** planeCount - 1) * codeBytes * 8;
  const histogram = allocate(4 * (highestScore + 1));
  let visible = allocate(pageBytes);
  let visibleBytes = pageBytes;
  let highestAudience = 0;
  // Addresses of the segments: codes, audiences, places and scores, one after the other.
  const segments: number[] = [];
  const audiencesAt = segmentSlots * codeBytes;
  const placesAt = audiencesAt + segmentSlots * 4;
  const scoresAt = placesAt + segmentSlots * 4;
  const segmentBytes = scoresAt + segmentSlots * 2;
  let slots = 0;
  let holes = 0;

  const codeAddress = (slot: number): number =>
    (segments[Math.floor(slot / segmentSlots)] as number) + (slot % segmentSlots) * codeBytes;
  const wordIndex = (slot: number, at: number): number =>
    ((segments[Math.floor(slot / segmentSlots)] as number) + at) / 4 + (slot % segmentSlots);
  const placeAt = (slot: number): number => words[wordIndex(slot, placesAt)] as number;

  /** The first slot whose place is not lower. */
  const findSlot = (place: number): number => {
    let low = 0;
    let high = slots;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (placeAt(middle) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const write = (slot: number, place: number, audience: number, code: Uint8Array): void => {
    if (slot === segments.length * segmentSlots) segments.push(allocate(segmentBytes));
    bytes.set(code, codeAddress(slot));
    words[wordIndex(slot, audiencesAt)] = audience;
    words[wordIndex(slot, placesAt)] = place;
    highestAudience = Math.max(highestAudience, audience);
  };

  const closeHoles = (): void => {
    let kept = 0;
    for (let slot = 0; slot < slots; slot += 1) {
      const audience = words[wordIndex(slot, audiencesAt)] as number;
      if (audience === nobody) continue;
      const address = codeAddress(slot);
      if (kept < slot) write(kept, placeAt(slot), audience, bytes.subarray(address, address + codeBytes));
      kept += 1;
    }
    slots = kept;
    holes = 0;
  };

  const showOnly = (audiences: readonly number[]): void => {
    if (highestAudience >= visibleBytes) {
      visibleBytes = 2 * (highestAudience + 1);
      visible = allocate(visibleBytes);
    }
    bytes.fill(0, visible, visible + highestAudience + 1);
    for (const audience of audiences) {
      if (audience > nobody && audience <= highestAudience) bytes[visible + audience] = 1;
    }
  };

  const scanAll = (queryBytes: Uint8Array): void => {
    bytes.set(queryBytes, query);
    bytes.fill(0, histogram, histogram + 4 * (highestScore + 1));
    for (const [index, address] of segments.entries()) {
      const count = Math.max(0, Math.min(segmentSlots, slots - index * segmentSlots));
      const [audiences, scores] = [address + audiencesAt, address + scoresAt];
      kernel.scan(address, audiences, visible, scores, histogram, count, query);
    }
  };

  /** Places in the order of their scores, by counting: how many there are of each score is known. */
  const collect = (limit: number): readonly { readonly place: number; readonly score: number }[] => {
    const starts: number[] = [];
    let found = 0;
    for (let score = 0; score <= highestScore && found < limit; score += 1) {
      starts.push(found);
      found += words[histogram / 4 + score] as number;
    }
    const collected = Array.from({ length: found }, () => ({ place: 0, score: unseen }));
    for (const [index, address] of segments.entries()) {
      const first = (address + scoresAt) / 2;
      const count = Math.max(0, Math.min(segmentSlots, slots - index * segmentSlots));
      for (let slot = 0; slot < count; slot += 1) {
        const score = shorts[first + slot] as number;
        if (score >= starts.length) continue;
        const position = starts[score] as number;
        starts[score] = position + 1;
        collected[position] = { place: words[(address + placesAt) / 4 + slot] as number, score };
      }
    }
    return collected;
  };

  return {
    put(place, audience, code) {
      const slot = slots > 0 && placeAt(slots - 1) < place ? slots : findSlot(place);
      if (slot < slots && placeAt(slot) !== place) {
        throw new RangeError(`place ${place} was added after a higher one`);
      }
      write(slot, place, audience, code);
      if (slot === slots) slots += 1;
    },

    remove(place) {
      const slot = findSlot(place);
      if (slot === slots || placeAt(slot) !== place) return;
      if (words[wordIndex(slot, audiencesAt)] === nobody) return;
      words[wordIndex(slot, audiencesAt)] = nobody;
      holes += 1;
      if (holes >= leastHoles && holes > slots / 4) closeHoles();
    },

    candidates(vector, audiences, limit, leftOut = new Set()) {
      const { bytes: queryBytes, toEstimate, errorAround } = toQueryCode(vector);
      showOnly(audiences);
      scanAll(queryBytes);
      const found = collect(limit + leftOut.size).filter(({ place }) => !leftOut.has(place));
      const places = found
        .slice(0, limit)
        .map(({ place, score }) => ({ place, estimate: toEstimate(score) }));
      return { places, errorAround };
    },
  };
}
