import { planeCount } from "./bit-codes.ts";

// The innermost loop of a search, in WebAssembly for its counting of bits in 128 at a time: JavaScript has no such thing.
// It is put together here from single instructions, so that nothing is compiled when Parley is installed.
// Numbers: https://webassembly.github.io/spec/core/binary/instructions.html

export interface Kernel {
  readonly memory: WasmMemory;
  /**
   * Gives `count` codes a score each: the weights of the bits in which they differ from the query, or `unseen` where
   * `visible` has no 1 for the code's audience. Counts each score that it gives in `histogram`. Addresses are in bytes.
   */
  readonly scan: (
    codes: number,
    audiences: number,
    visible: number,
    scores: number,
    histogram: number,
    count: number,
    query: number,
  ) => void;
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export const pageBytes = 65_536;
/** The score of what may not be seen, higher than any other. */
export const unseen = 0xffff;

// TypeScript declares it together with everything else that browsers have.
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => { readonly exports: unknown };
  };
};

/** A kernel for codes of so many bytes, a multiple of 16, with a memory of its own. */
export function createKernel(codeBytes: number): Kernel {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(writeModule(codeBytes)));
  return instance.exports as Kernel;
}

const i32 = 0x7f;
const v128 = 0x7b;
const [codes, audiences, visible, scores, histogram, count, query, score, bin, total, firstPiece] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
];
const parameters = 7;

/** One instruction, or several in a row. */
type Code = readonly number[];

const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const constant = (value: number): Code => [0x41, ...signed(value)];
const add: Code = [0x6a];
const isZero: Code = [0x45];
const shiftLeft: Code = [0x74];
const load: Code = [0x28, 2, 0];
const load8: Code = [0x2d, 0, 0];
const store: Code = [0x36, 2, 0];
const store16: Code = [0x3b, 1, 0];
const block: Code = [0x02, 0x40];
const loop: Code = [0x03, 0x40];
const when: Code = [0x04, 0x40];
const otherwise: Code = [0x05];
const end: Code = [0x0b];
const branchIf: Code = [0x0d, 0];

const loadPiece = (offset: number): Code => [0xfd, 0x00, 4, ...unsigned(offset)];
const and: Code = [0xfd, 0x4e];
const xor: Code = [0xfd, 0x51];
const countBits: Code = [0xfd, 0x62]; // i8x16.popcnt
const addBytes: Code = [0xfd, 0x6e];
const addPairsOfBytes: Code = [0xfd, 0x7d]; // i16x8.extadd_pairwise_i8x16_u
const addPairsOfShorts: Code = [0xfd, 0x7f]; // i32x4.extadd_pairwise_i16x8_u
const shiftShorts: Code = [0xfd, 0x8b, 0x01];
const addShorts: Code = [0xfd, 0x8e, 0x01];
const lane = (index: number): Code => [0xfd, 0x1b, index];

function writeModule(codeBytes: number): Uint8Array {
  const pieceCount = codeBytes / 16;
  const code = [[2, 2, i32, 1 + pieceCount, v128], writeScan(codeBytes, pieceCount)].flat();
  const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const sections = [
    section(1, [1, 0x60, parameters, ...Array.from({ length: parameters }, () => i32), 0]),
    section(3, [1, 0]),
    section(5, [1, 0, 1]),
    section(7, [2, ...name("memory"), 2, 0, ...name("scan"), 0, 0]),
    section(10, [1, ...unsigned(code.length), ...code]),
  ];
  return Uint8Array.from([magicAndVersion, ...sections].flat());
}

function writeScan(codeBytes: number, pieceCount: number): Code {
  const isVisible = [get(visible), get(audiences), load, add, load8];
  const storeScore = [get(scores), get(score), store16];
  const next = [step(codes, codeBytes), step(audiences, 4), step(scores, 2), step(count, -1)];
  return [
    block,
    get(count),
    isZero,
    branchIf,
    loop,
    ...isVisible,
    when,
    ...compare(codeBytes, pieceCount),
    ...countScore,
    otherwise,
    constant(unseen),
    set(score),
    end,
    ...storeScore,
    ...next,
    get(count),
    branchIf,
    end,
    end,
    end,
  ].flat();
}

/** Leaves the weights of the bits that differ in `score`. */
function compare(codeBytes: number, pieceCount: number): readonly Code[] {
  const pieces = Array.from({ length: pieceCount }, (_, piece) => piece);
  const differences = pieces.flatMap((piece) => [
    get(codes),
    loadPiece(16 * piece),
    get(query),
    loadPiece(16 * piece),
    xor,
    set(firstPiece + piece),
  ]);
  const countPlane = (plane: number): readonly Code[] =>
    pieces.flatMap((piece) => [
      get(firstPiece + piece),
      get(query),
      loadPiece(plane * codeBytes + 16 * piece),
      and,
      countBits,
      ...(piece > 0 ? [addBytes] : []),
    ]);
  // From the heaviest plane down: what is counted so far weighs twice as much as what comes next.
  const lighter = Array.from({ length: planeCount - 1 }, (_, index) => planeCount - 1 - index);
  const sums = [
    ...countPlane(planeCount),
    addPairsOfBytes,
    set(total),
    ...lighter.flatMap((plane) => [
      get(total),
      constant(1),
      shiftShorts,
      ...countPlane(plane),
      addPairsOfBytes,
      addShorts,
      set(total),
    ]),
  ];
  const lanes = [1, 2, 3].flatMap((index) => [get(total), lane(index), add]);
  const acrossLanes = [get(total), addPairsOfShorts, set(total), get(total), lane(0), ...lanes, set(score)];
  return [...differences, ...sums, ...acrossLanes];
}

const countScore: readonly Code[] = [
  get(histogram),
  get(score),
  constant(2),
  shiftLeft,
  add,
  set(bin),
  get(bin),
  get(bin),
  load,
  constant(1),
  add,
  store,
];

function step(local: number, bytes: number): Code {
  return [get(local), constant(bytes), add, set(local)].flat();
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...Buffer.from(text)];
}

/** LEB128, as all numbers in a module. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const isLast = value >= -0x40 && value < 0x40;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
