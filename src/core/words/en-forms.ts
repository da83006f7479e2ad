/** What stands in forms. Labels have at most 45 characters and helps at most 100, titles and buttons at most 24. */
export const formsInEnglish = {
  save: "Save",
  ask: "Ask",
  cancel: "Cancel",
  incomplete: "Please correct what is marked.",

  /** What somebody reads whose command would open a form where none can be opened. */
  howToOpen: (command: string) =>
    `This opens a form, and a form can be opened only by the slash command itself, and in time: give \`/parley ${command}\` once more. Where there are no slash commands, as in Slack's threads, give it in the channel, or send a YAML file with \`/parley persona import\`.`,
  notSaved: "Nothing was saved.",
  yours: "This is what you wrote:",
  yoursAsFile: "This is what you wrote, as `/parley persona import` reads it from a file:",

  about: {
    title: "Ask Parley about this",
    label: "What do you want to know?",
    help: "Left empty, Parley explains the message. Only you see the answer.",
  },

  persona: {
    createTitle: "New persona",
    editTitle: "Edit persona",
    families: { assistant: "Assistants", specialist: "Specialists", domain: "Domains" },
    fields: {
      name: {
        label: "Name",
        help: "Small letters, digits and hyphens; it can't be changed later.",
        placeholder: "support",
      },
      title: {
        label: "Title",
        help: "What people see. Left empty: the template's.",
        placeholder: "Support desk",
      },
      template: { label: "Template", help: "Who it is and how it works. Domains keep their disclaimers." },
      instructions: {
        label: "Instructions",
        help: "What it is told besides. {date}, {channel}, {workspace} and {user} stand for what they name.",
        placeholder: "You know our product, the Acme router.",
      },
      examples: {
        label: "Examples",
        help: "Questions with the answers to learn from: each begins with Q: or A: on a line of its own.",
        placeholder: "Q: Where is the manual?\nA: In the channel's bookmarks.",
      },
      constraints: { label: "Constraints", help: "Rules that apply beside the template's own." },
      model: {
        label: "Model",
        help: "Left empty: the one that answers where nothing is chosen.",
        placeholder: "gpt-6-luna",
      },
      settings: {
        label: "Settings",
        help: "One a line, such as temperature: 0.7, max_tokens: 2000 or verbosity: low.",
        placeholder: "temperature: 0.7\nmax_tokens: 2000",
      },
    },
    wrong: {
      name: "A name has small letters, digits and hyphens, 40 at the most.",
      template: "There is no such template.",
      model: "A model's name has no blanks.",
      constraints: (names: readonly string[]) => `There are ${list(names)}.`,
      examples: "Each example is a line that begins with Q: and, after it, one that begins with A:.",
      tooManyExamples: (max: number) => `There may be ${max} examples at the most.`,
      tooLong: (max: number) => `That is longer than ${max.toLocaleString("en")} characters.`,
      settings: (line: string, names: readonly string[]) =>
        `“${line}” is none of the settings, or not a value of it. There are ${list(names)}, each as name: value.`,
    },
    exists: (name: string) =>
      `There is a persona ${name} already. \`/parley persona edit\` changes one that was made here.`,
    changedMeanwhile: (name: string) =>
      `${name} was changed by somebody since you opened the form. \`/parley persona edit\` opens it as it is now.`,
    goneMeanwhile: (name: string) => `${name} was deleted since you opened the form.`,
    tooBig: (name: string) =>
      `${name} says more than the form holds. Change the attached file and send it with \`/parley persona import\`.`,
    created: (name: string) => `${name} is made. \`/parley persona use <name>\` lets it answer.`,
    edited: (name: string) => `${name} is changed. \`/parley persona restore\` takes that back.`,
  },
};

function list(names: readonly string[]): string {
  return new Intl.ListFormat("en").format(names);
}
