/** What is said around commands; what each command is for stands in the command table. */
export const commandsInEnglish = {
  helpTitle: "What you may do here",
  inThreads:
    "Where slash commands don't work, as in Slack's threads, mention Parley instead: `@Parley /help`.",
  more: "`/parley help ask` says more about one command.",
  nothingForYou: (who: string) => `Nothing in this group is for you: it is for ${who}.`,
  who: { everyone: "everyone", channelManager: "those who manage this channel, and admins", admin: "admins" },
  refused: (command: string, who: string) => `\`/parley ${command}\` is for ${who}.`,

  optional: "may be left out",
  takes: (allowed: string) => `Takes ${allowed}.`,
  orDefault: (allowed: string) => `${allowed}, or \`default\``,
  also: (names: readonly string[]) => `Also written ${anyOf(names)}.`,
  whoMay: (who: string) => `Who may: ${who}.`,
  answered: { private: "Only you see the answer.", public: "Everybody here sees the answer." },
  examples: "For example:",

  /** What a parameter takes. */
  allowed: {
    text: () => "any text",
    word: () => "one word, or several in quotes",
    model: () => "a model's name, without blanks",
    persona: () => "a persona's name: letters a to z, digits and hyphens",
    words: ({ max }: { readonly max: number }) => `up to ${max} words; in quotes a word may have blanks`,
    integer: ({ min, max }: Range) => `a whole number from ${number(min)} to ${number(max)}`,
    number: ({ min, max }: Range) => `a number from ${number(min)} to ${number(max)}`,
    choice: ({ choices }: { readonly choices: readonly string[] }) =>
      anyOf(choices.map((each) => `\`${each}\``)),
    boolean: () => "`yes` or `no`",
    duration: () => "a time such as `90s`, `15m`, `2h` or `7d`",
    person: () => "a person, mentioned with `@`",
    channel: () => "a channel, named with `#`",
    amount: () => "an amount in dollars above zero, such as `$5` or `0.50`",
    spender: () => "`@somebody`, `#channel`, the name of a persona, or `workspace`",
    topic: () => "a group or a command",
    setting: () => "what the parameter takes, or `default`",
  },

  unknown: (written: string) => `There is no command ${written}.`,
  unknownInGroup: (group: string, written: string) =>
    `There is no ${written} among the commands of \`${group}\`.`,
  known: (names: readonly string[]) => `There are ${allOf(names.map((name) => `\`${name}\``))}.`,
  missing: (parameter: string, help: string) => `\`${parameter}\` is missing: ${lowerFirst(help)}.`,
  wrongValue: (parameter: string, written: string, allowed: string) =>
    `${written} doesn't fit \`${parameter}\`, which takes ${allowed}.`,
  tooMuch: (extra: string) =>
    `${extra} is more than this command takes. Words that belong together go in quotes.`,
  didYouMean: (suggestions: readonly string[]) => `Did you mean ${anyOf(suggestions)}?`,
  seeHelp: "`/parley help` shows what you may do here.",
  usage: (usage: string, example: string | undefined) =>
    `Write \`${usage}\`${example === undefined ? "" : `, such as \`/parley ${example}\``}.`,

  /** An answer that is too long for messages goes along as a file. */
  wholeAnswer: { name: "answer.md", altText: "The whole answer", note: "*The whole answer is in the file.*" },

  status: {
    title: (version: string, upFor: string) => `**Parley ${version}**, up for ${upFor}`,
    part: (name: string, ok: boolean, detail: string) => `- ${ok ? "✅" : "⚠️"} **${name}**: ${detail}`,
    audit: "**Last commands that not everyone may give here**",
    auditLine: (at: string, who: string, command: string, outcome: string) =>
      `- ${at} ${who}: \`/parley ${command}\`, ${outcome}`,
    noAudit: "none",
    duration,
  },

  page: {
    title: "Commands",
    intro:
      "Everything goes through one command, the same in Slack, in Discord and in the playground. In Slack's threads, where there are no slash commands, mention Parley instead: `@Parley /help`. A word with blanks goes in quotes, and a parameter may be written with its name: `name:technical`.",
    general: "General",
    columns: ["command", "what it does", "who may"],
    takes: "takes",
  },
};

/** The two greatest units: `3 h 20 min`. */
function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts: readonly (readonly [count: number, unit: string])[] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const shown = first < 0 ? parts.slice(-1) : parts.slice(first, first + 2);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(" ");
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function number(value: number): string {
  return value.toLocaleString("en").replace("-", "−");
}

function anyOf(items: readonly string[]): string {
  return new Intl.ListFormat("en", { type: "disjunction" }).format(items);
}

function allOf(items: readonly string[]): string {
  return new Intl.ListFormat("en").format(items);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
