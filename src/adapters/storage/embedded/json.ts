declare const meaning: unique symbol;
/** JSON text of a `T`. Values travel as the text they are stored as, so that no thread parses what it only passes on. */
export type Json<T> = string & { readonly [meaning]: T };

export function toJson<T>(value: T): Json<T> {
  return JSON.stringify(value) as Json<T>;
}

/** The text of a value of the caller's; what JSON has no word for is null. */
export function valueToJson(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

export function toJsonArray<T>(items: readonly Json<T>[]): Json<T[]> {
  return `[${items.join(",")}]` as Json<T[]>;
}

/** A page, where one row more than `limit` was asked for to see whether there is a next one. */
export function toJsonPage<Row, T>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Json<T>,
  toCursor: (row: Row) => string,
): Json<{ items: T[]; next?: string }> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? `,"next":${toJson(toCursor(last))}` : "";
  return `{"items":${toJsonArray(shown.map(toItem))}${next}}` as Json<{ items: T[]; next?: string }>;
}
