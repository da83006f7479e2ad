import type { PersonaSpec } from "../../core/persona.ts";
import { quoteBlock, quoteText } from "../../core/quote-text.ts";
import type { CommandAnswer, CommandContext } from "./command.ts";
import { maxPersonaFileBytes } from "./persona-export.ts";
import type { Words } from "../../core/words/en.ts";
import type { PersonaCommandDeps, PersonaCommands, PersonaFiles } from "./persona.ts";
import { refuse } from "./refuse.ts";
import type { SavePersonas } from "./save-personas.ts";

const maxShownProblems = 10;

/** Takes over personas from a file: all of them, once each of them is fit to be used, or none. */
export function createPersonaImport(
  deps: PersonaCommandDeps,
  { save }: SavePersonas,
): PersonaCommands["persona import"] {
  const { words } = deps.ambient;

  return async (_given, context) => {
    const read = await readAttachment(context);
    if ("text" in read) return read;
    const { personas } = read;
    const saved = await save(personas, context);
    if ("text" in saved) return saved;
    return { text: `${tellImported(personas, saved.before, words)} ${words.personas.importedNext}` };
  };

  async function readAttachment(
    context: CommandContext,
  ): Promise<CommandAnswer | { readonly personas: readonly PersonaSpec[] }> {
    const { attachments, place, signal } = context;
    const [attachment, ...more] = attachments;
    if (attachment === undefined || more.length > 0) return refuse(words.personas.fileMissing);
    if (attachment.sizeBytes > maxPersonaFileBytes)
      return refuse(words.personas.fileTooLong(maxPersonaFileBytes / 1024));
    const bytes = await deps.platformOf(place).download(attachment, maxPersonaFileBytes, signal);
    return readPersonas(attachment.name, bytes, { files: deps.personas.files, words });
  }
}

/** The personas in a file that somebody wrote, or what is wrong with it. */
export function readPersonas(
  name: string,
  bytes: Uint8Array,
  { files, words }: { readonly files: PersonaFiles; readonly words: Words },
): CommandAnswer | { readonly personas: readonly PersonaSpec[] } {
  if (bytes.length > maxPersonaFileBytes)
    return refuse(words.personas.fileTooLong(maxPersonaFileBytes / 1024));
  const text = decode(bytes);
  if (text === undefined) return refuse(words.personas.fileNoText);
  const read = files.read(name, text);
  if ("problems" in read) {
    const { problems } = read;
    const more = problems.length - maxShownProblems;
    const shown = problems.slice(0, maxShownProblems).map((problem) => problem.slice(0, 500));
    const lines = [...shown, ...(more > 0 ? [words.personas.moreProblems(more)] : [])];
    return refuse(`${words.personas.fileProblems(problems.length)}\n${quoteBlock(lines.join("\n"))}`);
  }
  return read.personas.length === 0 ? refuse(words.personas.noPersonas) : read;
}

/** Which of them are new, and which were there before. */
export function tellImported(
  personas: readonly PersonaSpec[],
  before: ReadonlySet<string>,
  words: Words,
): string {
  const namesOf = (specs: readonly PersonaSpec[]) => specs.map(({ name }) => quoteText(name)).join(", ");
  const made = personas.filter(({ name }) => !before.has(name));
  const changed = personas.filter(({ name }) => before.has(name));
  return words.personas.imported(namesOf(made), namesOf(changed));
}

/** Text in UTF-8, with or without a byte order mark. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
