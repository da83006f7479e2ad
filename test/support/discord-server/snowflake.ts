/** Milliseconds since the epoch at which Discord's ids begin (developers/reference, Snowflakes). */
const discordEpochMs = 1_420_070_400_000;

export type NewSnowflake = () => string;

/** Ids that grow with time and never repeat, also within one millisecond. */
export function createSnowflakes(now: () => number): NewSnowflake {
  let last = 0n;
  return () => {
    const timed = BigInt(Math.floor(now()) - discordEpochMs) << 22n;
    last = timed > last ? timed : last + 1n;
    return last.toString();
  };
}

/** Milliseconds since the epoch. */
export function timeOfSnowflake(id: string): number {
  return Number(BigInt(id) >> 22n) + discordEpochMs;
}

export function isSnowflake(value: unknown): boolean {
  return typeof value === "string" && /^\d{17,20}$/.test(value);
}

/** Orders ids by age; they may differ in length. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}
