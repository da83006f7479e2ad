export type NewId = (prefix: string) => string;

/** Ids in Slack's form: a letter or two and at least eight capitals and digits. They say nothing of the kind of a channel. */
export function createIds(): NewId {
  let count = 0;
  return (prefix) => {
    count++;
    // A step that shares no factor with 36^8 visits every value before one comes again.
    const value = (1_500_000_000_000 + count * 1_299_709) % 36 ** 8;
    return `${prefix}0${value.toString(36).toUpperCase().padStart(8, "0")}`;
  };
}

export type NewTs = () => string;

/** Message timestamps: seconds and microseconds, each later than the one before. `now` in milliseconds since the epoch. */
export function createTimestamps(now: () => number): NewTs {
  let lastMicros = 0;
  return () => {
    lastMicros = Math.max(Math.floor(now() * 1_000), lastMicros + 1);
    const micros = String(lastMicros % 1_000_000).padStart(6, "0");
    return `${Math.floor(lastMicros / 1_000_000)}.${micros}`;
  };
}

/** Orders timestamps by time; as text they sort so too, but only while they are equally long. */
export function compareTs(a: string, b: string): number {
  const [aSeconds = "", aMicros = ""] = a.split(".");
  const [bSeconds = "", bMicros = ""] = b.split(".");
  return Number(aSeconds) - Number(bSeconds) || Number(aMicros) - Number(bMicros);
}

export function isTs(value: string): boolean {
  return /^\d{9,11}\.\d{6}$/.test(value);
}
