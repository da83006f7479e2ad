import type { HistoryJob } from "../threads/history-job.ts";
import type { Closeness } from "../threads/similar.ts";

const closeness: Readonly<Record<Closeness, string>> = {
  same: "nearly the same",
  close: "close",
  related: "related",
};

const threads = (count: number): string => (count === 1 ? "1 thread" : `${count} threads`);
const share = (of: number): string => `${Math.round(of * 100)} %`;
/** Of the platforms Discord takes the fewest. */
const maxAltChars = 1_000;
const day = (at: number): string =>
  new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(at);

const historyStates = {
  running: "It goes on. So far",
  done: "It is done:",
  stopped: "It was stopped:",
  refused: "The platform doesn't let me read this channel any more. Until then",
} as const;

/** What is said of threads. Titles, excerpts and names of channels come in already quoted. */
export const threadsInEnglish = {
  /** In place of what a message without words would be called. */
  untitled: "(without words)",
  off: "Threads are not indexed here: `threads.index` is off in the configuration.",
  blocked: "What you look for was stopped by moderation, so that it was not searched for.",

  searching: "Looking at earlier threads …",

  similar: {
    title: (count: number) => `**${threads(count)} in which something like this was said**`,
    nothing: "Nothing close was said where you may read.",
    none: "There is no thread yet that you may find.",
    open: "open",
    line: (title: string, link: string | undefined) => (link === undefined ? title : `${title} · ${link}`),
    about: (channel: string, at: number, near: Closeness, similarity: number) =>
      `${channel} · ${day(at)} · ${closeness[near]} (${similarity.toFixed(2)})`,
    hiddenChannel: "a channel",
  },

  more: "There are more threads than can be compared at once; these are some of them.",

  clusters: {
    tooFew: (count: number, least: number) =>
      `There ${count === 1 ? "is" : "are"} ${threads(count)} that you may see. From ${least} on I can group them.`,
    title: (count: number, groups: number, silhouette: number, inertia: number) =>
      `**${threads(count)} in ${groups} groups** (set apart by ${silhouette.toFixed(2)} of 1; inertia ${inertia.toFixed(1)})`,
    group: (number: number, terms: readonly string[], count: number) =>
      `**${number}. ${terms.length > 0 ? terms.join(", ") : "of all sorts"}** · ${threads(count)}`,
  },

  map: {
    title: (count: number, groups: number) => `${threads(count)} in ${groups} groups`,
    subtitle: (across: number, up: number) =>
      `What is near is alike. Across and up show ${share(across)} and ${share(up)} of what sets them apart.`,
    group: (number: number, terms: readonly string[], count: number) =>
      `${number}. ${terms.length > 0 ? terms.join(", ") : "of all sorts"} · ${threads(count)}`,
    alt: (title: string, subtitle: string, groups: readonly string[]) =>
      `A map of ${title}. ${subtitle} ${groups.join("; ")}.`.slice(0, maxAltChars),
  },

  duplicates: {
    none: (count: number) => `No two of ${threads(count)} that you may see ask the same.`,
    title: (count: number, from: number) =>
      `**${count === 1 ? "One question was" : `${count} questions were`} asked more than once** (nearer than ${from.toFixed(2)})`,
    chain: (number: number, count: number, nearest: number) =>
      `${number}. ${threads(count)}, up to ${nearest.toFixed(2)} near`,
  },

  compare: {
    count: (least: number, most: number) =>
      `Give me ${least} to ${most} links to threads, with a blank between.`,
    unknown: (links: readonly string[]) =>
      `I know no thread that you may see behind ${links.join(", ")}. It may not be indexed yet.`,
    same: "These links all lead into one thread.",
    title: (count: number, average: number) =>
      `**${threads(count)} compared**: ${average.toFixed(2)} near on average`,
    nearest: "The nearest pairs:",
    pair: (first: number, second: number, similarity: number, near: Closeness | undefined) =>
      `${first} and ${second}: ${near === undefined ? "not related" : closeness[near]} (${similarity.toFixed(2)})`,
  },

  hide: {
    hidden: (count: number) =>
      `Nothing of this channel is found any more${count > 0 ? `; ${threads(count)} left the index` : ""}.`,
    shown: "Threads of this channel are found again, from their next message on.",
    already: "Nothing of this channel was found anyway.",
    notHidden: "This channel is not hidden.",
  },

  history: {
    off: "An admin has turned this off in the configuration.",
    direct: "What is said directly is never made findable.",
    hidden: "This channel is hidden. `/parley threads hide no` takes that back.",
    started:
      "What was said in the threads of this channel before is being made findable now, for those who can read it here, and for nobody else. Who doesn't want to be found says so with `/parley privacy optout`. `/parley threads index` shows how far it is.",
    stopped: (count: number) => `Stopped: ${threads(count)} of before can be found.`,
    notRunning: "Nothing of before is being made findable here just now.",
    never:
      "Only what is said since Parley is here can be found. `/parley threads index start` adds what was said before.",
    unknown: (place: string) => `There is no channel ${place} that Parley can see.`,
    progress: ({ state, threads: count, messages }: Pick<HistoryJob, "state" | "threads" | "messages">) =>
      `${historyStates[state]} ${threads(count)} with ${messages} messages can be found.`,
  },

  privacy: {
    optedOut: (count: number) =>
      `Nothing that you write is found through Parley any more, from now on and of before${count > 0 ? `; ${threads(count)} are indexed again without it` : ""}.`,
    optedIn: "What you write may be found again by those who can read it, from your next message on.",
  },

  hint: {
    text: (title: string, link: string | undefined) =>
      `Something like this was answered in ${title}${link === undefined ? "" : ` · ${link}`}.`,
    gone: "I no longer know this hint.",
    noted: "Thank you. Hints come from nearer threads only now.",
  },
};
