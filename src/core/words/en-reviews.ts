/** What moderators are told, and those whom it concerns. Names that people chose come in already quoted. */
export const reviewsInEnglish = {
  /** After the name of whoever wrote it. */
  title: {
    block: "wrote something that was blocked.",
    flag: "wrote something that was noted, and answered.",
  },
  inChannel: (name: string) => `In ${name}`,
  where: { public: "In a channel", private: "In a private channel", direct: "In a direct message" },
  link: "Go to the message",
  more: "More of this person's messages in the next ten minutes stand in `/parley moderation log` only.",
  decided: (state: "allowed" | "kept", by: string) =>
    state === "allowed" ? `Allowed once by ${by}.` : `Kept blocked by ${by}.`,
  decidedAlready: (state: "allowed" | "kept", by: string) =>
    state === "allowed" ? `${by} has allowed it already.` : `${by} has decided to keep it blocked.`,
  decidedNow: {
    allowed: "Allowed: I answer it now, as if nothing had been seen in it.",
    kept: "Noted: it stays blocked.",
  },
  tooLate: "This can no longer be allowed: the message is gone, or older than a day.",
  paused: (until: string) => `I don't answer this person until ${until}.`,
  pausedNow: (name: string, until: string) => `I don't answer ${name} until ${until}, and told them so.`,
  lifted: (name: string) => `I answer ${name} again.`,
  noText: "Its text isn't shown to moderators, or no longer kept.",
  unknown: "I no longer know what this is about: it is kept for a day.",
  notYours: "Only admins can do that, or somebody who manages the channel it is about.",
  youArePaused: (until: string) =>
    `Some of your messages were blocked, so I take a break from answering you until ${until}. If you think that is a mistake, please talk to a moderator.`,
  stillPaused: (until: string) => `I take a break from answering you until ${until}.`,
};
