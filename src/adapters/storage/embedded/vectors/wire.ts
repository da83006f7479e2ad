import type { Neighbour, StoredVector, VectorPut } from "../../../../core/vectors.ts";

/** A vector between threads: everything is JSON there, and the numbers are in base64. */
export type WirePut = Omit<VectorPut, "vector"> & { readonly vector: string };
export type WireVector = Omit<StoredVector<unknown>, "vector"> & { readonly vector: string };
export type WireNeighbour = Neighbour<unknown>;

/** Float32 in the machine's own order of bytes, as they are stored; every machine that Node runs on has the low one first. */
export function vectorToBase64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}

export function vectorFromBase64(text: string): Float32Array {
  return vectorFromBytes(Buffer.from(text, "base64"));
}

/** A copy only where the bytes don't begin where numbers may. */
export function vectorFromBytes(bytes: Uint8Array): Float32Array {
  const isAligned = bytes.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset, byteLength } = isAligned ? bytes : Uint8Array.from(bytes);
  return new Float32Array(buffer, byteOffset, byteLength / Float32Array.BYTES_PER_ELEMENT);
}

export function bytesOfVector(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}
