/** Sums, caps and rates: one of the primitives of the storage kit. */
export interface Counters {
  /** Adds to the fields under a key; a second call for that key under the same `once` id adds nothing. */
  add(add: CounterAdd): Promise<void>;
  /** Fields by key, in the order asked for; an unknown key has none. Settled and reserved amounts stand in `used` and `reserved`. */
  read(keys: readonly string[]): Promise<readonly Readonly<Record<string, number>>[]>;
  /** The rows of each key by their names, in the order asked for. */
  readRows(keys: readonly string[]): Promise<readonly Readonly<Record<string, readonly number[]>>[]>;
  /** The fields with the highest sums. */
  top(key: string, limit: number): Promise<readonly { readonly field: string; readonly sum: number }[]>;
  /** Reserves the amount under every key or under none: `used + reserved + amount` may not exceed its cap. */
  reserve(
    reservation: Reservation,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly key: string }>;
  /** Replaces a reservation by what was really used; a second time changes nothing. */
  settle(id: string, actual: number): Promise<void>;
  /** Reservations with a value that nobody settled in time, the oldest first, until somebody does. */
  lapsed<T>(limit: number): Promise<readonly LapsedReservation<T>[]>;
  /** Takes from a sliding window. `retryAfterMs` says when it would fit. */
  take(
    key: string,
    cost: number,
    window: RateWindow,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number }>;
  /** Takes from each of several windows or from none. `retryAfterMs` says when all of it would fit. */
  takeAll(
    takes: readonly RateTake[],
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number }>;
}

export interface CounterAdd {
  readonly key: string;
  readonly fields: Readonly<Record<string, number>>;
  readonly once?: string;
  /** Rows of sums that grow in the same step, element by element. `once` holds for them too. */
  readonly rows?: readonly CounterRow[];
}

/** Sums that are written and read together, such as a cell of a table. */
export interface CounterRow {
  readonly key: string;
  readonly row: string;
  /** Where a row is shorter than another, the rest is 0. */
  readonly sums: readonly number[];
}

export interface Reservation {
  readonly id: string;
  readonly caps: readonly { readonly key: string; readonly cap: number }[];
  readonly amount: number;
  /** When it counts as used, if nobody settled it (milliseconds since the epoch). */
  readonly expiresAt: number;
  /** What it is for; kept until it is settled. */
  readonly value?: unknown;
}

export interface LapsedReservation<T> {
  readonly id: string;
  readonly expiresAt: number;
  readonly value: T;
}

export interface RateTake {
  readonly key: string;
  readonly cost: number;
  readonly window: RateWindow;
}

export interface RateWindow {
  readonly limit: number;
  readonly windowMs: number;
}
