const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const dayWithYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });

/** Hours and minutes alone, where there is no room for more. */
export const formatClock = (at) =>
  time
    .formatToParts(at)
    .filter(({ type }) => type !== "dayPeriod")
    .map(({ value }) => value)
    .join("")
    .trim();
export const formatTime = (at) => time.format(at);
export const formatFull = (at) => full.format(at);
export const dayKey = (at) => new Date(at).toDateString();

export function formatDay(at) {
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (dayKey(at) === today.toDateString()) return "Today";
  if (dayKey(at) === yesterday.toDateString()) return "Yesterday";
  return (new Date(at).getFullYear() === today.getFullYear() ? day : dayWithYear).format(at);
}

export function formatAgo(at) {
  return dayKey(at) === dayKey(Date.now())
    ? `today at ${formatTime(at)}`
    : `${formatDay(at)} at ${formatTime(at)}`;
}

export const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;
