import { createDice, dot, rowOf } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";

/** Principal components: points in fewer dimensions, and how much of their spread each of these shows. */
export interface Projection {
  readonly points: Matrix;
  /** By component, falling; shares of the whole variance, from 0 to 1. */
  readonly explained: readonly number[];
}

const rounds = 60;
const enough = 1e-9;

/** Projects rows on their principal components, by the covariance and a subspace iteration; the same every time. */
export function project(points: Matrix, dimensions: number): Projection {
  const { rows, columns } = points;
  const centred = centre(points);
  const covariance = covarianceOf(centred);
  const variance = trace(covariance);
  const wanted = Math.min(dimensions, columns, Math.max(rows - 1, 1));
  const { axes, sizes } = leadingAxes(covariance, wanted);
  const values = new Float64Array(rows * wanted);
  for (let row = 0; row < rows; row++)
    for (const [i, axis] of axes.entries()) values[row * wanted + i] = dot(rowOf(centred, row), axis);
  const explained = sizes.map((size) => (variance <= enough ? 0 : Math.min(1, Math.max(0, size / variance))));
  return { points: { rows, columns: wanted, values }, explained };
}

function centre({ rows, columns, values }: Matrix): Matrix {
  const mean = new Float64Array(columns);
  for (let i = 0; i < values.length; i++)
    mean[i % columns] = (mean[i % columns] ?? 0) + (values[i] ?? 0) / rows;
  return { rows, columns, values: values.map((value, i) => value - (mean[i % columns] ?? 0)) };
}

function covarianceOf(points: Matrix): Matrix {
  const { rows, columns } = points;
  const values = new Float64Array(columns * columns);
  for (let row = 0; row < rows; row++) {
    const point = rowOf(points, row);
    for (let i = 0; i < columns; i++) {
      const at = i * columns;
      const value = point[i] ?? 0;
      for (let j = i; j < columns; j++) values[at + j] = (values[at + j] ?? 0) + value * (point[j] ?? 0);
    }
  }
  for (let i = 0; i < columns; i++)
    for (let j = i; j < columns; j++) {
      const covariance = (values[i * columns + j] ?? 0) / Math.max(rows - 1, 1);
      values[i * columns + j] = covariance;
      values[j * columns + i] = covariance;
    }
  return { rows: columns, columns, values };
}

function trace({ columns, values }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < columns; i++) sum += values[i * columns + i] ?? 0;
  return sum;
}

function leadingAxes(
  covariance: Matrix,
  wanted: number,
): { readonly axes: readonly Float64Array[]; readonly sizes: readonly number[] } {
  const dice = createDice(1);
  let axes: readonly Float64Array[] = Array.from({ length: wanted }, () =>
    Float64Array.from({ length: covariance.columns }, () => dice() - 0.5),
  );
  let sizes = axes.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const images = axes.map((axis) => multiply(covariance, axis));
    const next = orthonormal(images);
    const before = sizes;
    sizes = next.map((axis) => dot(axis, multiply(covariance, axis)));
    axes = next;
    const moved = sizes.reduce((sum, size, i) => sum + Math.abs(size - (before[i] ?? 0)), 0);
    if (moved <= enough * Math.max(1, sizes[0] ?? 0)) break;
  }
  const order = sizes.map((_size, i) => i).toSorted((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0));
  return {
    axes: order.map((i) => signed(axes[i] ?? new Float64Array(covariance.columns))),
    sizes: order.map((i) => sizes[i] ?? 0),
  };
}

function multiply(matrix: Matrix, vector: Float64Array): Float64Array {
  return Float64Array.from({ length: matrix.rows }, (_, row) => dot(rowOf(matrix, row), vector));
}

/** Gram and Schmidt, twice, because once isn't exact enough where vectors are nearly alike. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const next = Float64Array.from(vector);
    for (let pass = 0; pass < 2; pass++)
      for (const other of done) {
        const share = dot(next, other);
        for (let i = 0; i < next.length; i++) next[i] = (next[i] ?? 0) - share * (other[i] ?? 0);
      }
    const length = Math.sqrt(dot(next, next));
    done.push(length > enough ? next.map((value) => value / length) : next.fill(0));
  }
  return done;
}

/** An axis points where its largest part is positive, so that a picture isn't mirrored the next time. */
function signed(axis: Float64Array): Float64Array {
  let largest = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? axis.map((value) => -value) : axis;
}
