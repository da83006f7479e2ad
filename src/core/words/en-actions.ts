/** What stands on buttons, and what is said about them. */
export const actionsInEnglish = {
  labels: {
    stop: "Stop",
    regenerate: "Regenerate",
    continue: "Continue",
    good: "👍",
    bad: "👎",
    removeAnswer: "Remove my answer",
    share: "Share to channel",
    allowOnce: "Allow this once",
    keepBlocked: "Keep blocked",
    pausePerson: "Pause for an hour",
    liftPause: "Lift the pause",
    showText: "Show text",
    showPolicy: "Open policy",
    notHelpful: "Not helpful",
  },
  /** Who presses Continue says this to the model. */
  goOn: "Please go on exactly where you stopped.",

  unknownAnswer: "I no longer know this answer, so there is nothing I can do about it here.",
  notYours: "Only whoever asked for this answer can do that, or somebody who manages the channel.",
  notNewest:
    "Only the newest answer of a conversation can be written anew or go on. Ask again, and I answer that.",
  questionForgotten: "I no longer remember what this answers. Please ask again.",
  goesOn: "I went on with this answer already. Write to me to hear more.",

  feedback: {
    good: "Thank you: noted as a good answer. Press it again to take it back.",
    bad: "Thank you: noted as not a good answer. Press it again to take it back.",
    takenBack: "Taken back: this answer is no longer marked.",
  },

  offerRemoval: "The message that I answered here is gone. Shall my answer go too?",
  removed: "My answer is gone.",

  share: {
    asked: "asked:",
    done: "Shared to the channel.",
    expired: "This answer can no longer be shared: I keep it for a day. Ask again to share it.",
    already: "This answer was shared already.",
    notYours: "Only whoever asked can share this answer.",
    mayNotWrite: "You may not write in this channel, so I can't share it there for you.",
  },
};
