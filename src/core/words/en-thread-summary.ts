/** What is said around private answers about what others wrote. */
export const threadSummaryInEnglish = {
  title: (messages: number, since: string) =>
    messages === 1
      ? `**Summary of one message of ${since}**`
      : `**Summary of ${messages} messages since ${since}**`,
  leftOut: (count: number) =>
    count === 1
      ? "One message was left out, as our moderation blocks it."
      : `${count} messages were left out, as our moderation blocks them.`,
  olderLeftOut: "Older messages no longer fitted in.",
  nothing: (days: number) => `Nothing was said here in the last ${days} days that I can read.`,
  cantRead:
    "I can't read what is said there. Where I am not in the channel, somebody needs to invite me first.",
  gone: "That message is gone, or I can't read it.",
  empty: "There is no text in that message that I could read.",
};
