import type { BindingScope } from "../persona-binding.ts";

/** What the commands of the group `persona` say. Names that people chose come in already quoted. */
export const personasInEnglish = {
  origins: {
    catalogue: "Parley's catalogue",
    config: "`parley.yaml`, where an admin of Parley changes it",
    chat: "this workspace",
  },

  list: {
    title: "Personas of this workspace",
    none: "None was made here yet. Write one with `/parley persona create`.",
    configured: "Of `parley.yaml`",
    catalogue: (names: string) => `**Of the catalogue**: ${names}`,
    here: (title: string) => `Here ${title} answers.`,
    usedIn: (places: string) => `used in ${places}`,
    isDefault: "where nothing else is chosen",
  },
  /** Where a persona is used. */
  place: (scope: BindingScope, channel: string) => {
    const places = {
      workspace: "the whole workspace",
      category: "a category of channels",
      channel,
      thread: `a thread in ${channel}`,
    };
    return places[scope];
  },
  hiddenPlaces: (count: number) =>
    count === 1 ? "one place that you can't see" : `${count} places that you can't see`,

  catalogue: {
    families: {
      assistant: "Assistants",
      specialist: "Specialists",
      domain: "Domains, with their disclaimers",
    },
    constraints: (sets: string) => `**Constraint sets**: ${sets}`,
    use: "Choose one with `/parley persona use <name>`, or build your own on it with `/parley persona create`.",
  },

  show: {
    origin: (origin: string) => `Comes from: ${origin}`,
    version: (version: number, time: string) => `Version ${version}, of ${time}`,
    model: (model: string) => `Model here: ${model}`,
    parameters: (list: string) => `Parameters here: ${list}`,
    examples: (count: number) => `Examples: ${count}`,
    tokens: (count: number) => `Before every conversation: ${count.toLocaleString("en")} tokens`,
    system: "System message, as it is sent here:",
  },

  used: (title: string, scope: BindingScope) => `From now on ${title} answers in ${reaches[scope]}.`,
  released: (scope: BindingScope, title: string) =>
    `Nothing is chosen for ${reaches[scope]} any more: ${title} answers here.`,
  noSuchScope: (scope: BindingScope) =>
    scope === "thread"
      ? "This is no thread. Mention me in the thread that you mean: `@Parley /persona use technical for thread`."
      : "This channel stands in no category. Only Discord has those: choose `for channel` or `for workspace` instead.",
  adminsOnly: (scope: BindingScope) => `Only admins choose who answers in ${reaches[scope]}.`,
  noRoom: (title: string, model: string) =>
    `${title} and the longest answer fill all that ${model} reads, so no room is left for a conversation.`,

  unknown: (name: string, nearest: string | undefined) =>
    `There is no persona ${name} here.${nearest === undefined ? "" : ` Did you mean ${nearest}?`} \`/parley persona list\` shows all.`,
  notOfChat: (name: string, origin: string) => `${name} comes from ${origin}; it can't be changed from chat.`,
  usedElsewhere: (names: string) =>
    `Only admins may change or delete what is used outside this channel too: ${names}.`,

  deleted: (name: string, places: string | undefined) =>
    `${name} is deleted.${places === undefined ? "" : ` It was used in ${places}; there the next persona up answers now.`} \`/parley persona restore\` takes that back; the attached file is what it was.`,
  restored: (name: string, from: number, version: number) =>
    `${name} is as it was in version ${from}, which makes version ${version}.`,
  noSuchVersion: (name: string, versions: string) =>
    `${name} has no such version to go back to.${versions === "" ? "" : ` There are ${versions}.`}`,

  previewTitle: (name: string) => `**${name} would answer:**`,

  fileMissing: "Send one YAML file with the command, as `/parley persona export` writes it.",
  fileTooLong: (maxKilobytes: number) =>
    `The file is longer than ${maxKilobytes} KB. Send the personas in several files.`,
  fileNoText: "The file is no text in UTF-8.",
  fileProblems: (count: number) =>
    count === 1
      ? "The file has a problem, so nothing was taken over:"
      : `The file has ${count} problems, so nothing was taken over:`,
  moreProblems: (count: number) => `… and ${count} more`,
  noPersonas: "There is no persona in the file. They stand under `personas:`, by name.",
  tooMany: (max: number) => `That would be more than ${max} personas in this workspace. Delete some first.`,
  reserved: (names: string) =>
    `These names belong to the catalogue or to \`parley.yaml\`: ${names}. Choose others; nothing was saved.`,
  blocked: (name: string, topics: string) =>
    `Nothing was saved: our moderation sees ${topics} in what ${name} says.`,
  imported: (made: string, changed: string) =>
    [made && `Made: ${made}.`, changed && `Changed: ${changed}.`].filter(Boolean).join(" "),
  importedNext: "`/parley persona use <name>` chooses one.",

  exported: (count: number) => (count === 1 ? "Here is the persona." : `Here are ${count} personas.`),
  nothingToExport: "There are no personas but the catalogue's. Build on one with `template: <name>`.",
  exportAlt: "Personas as a YAML file",
};

const reaches: Readonly<Record<BindingScope, string>> = {
  workspace: "the whole workspace",
  category: "this category",
  channel: "this channel",
  thread: "this thread",
};
