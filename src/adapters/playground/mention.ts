/** `@Parley` as a word of its own: not in an address (`x@parley.org`), not the beginning of another name. */
const mention = /(?<![\p{L}\p{N}_.+/@-])@parley(?![\p{L}\p{N}_-]|\.\p{L})/iu;

/** A text less the mention that it begins with. */
export function withoutMention(text: string): string {
  return text.replace(/^\s*@parley(?![\p{L}\p{N}_-]|\.\p{L})[ \t]*[:,]?\s*/iu, "");
}

/** `/parley …` is given as a command, and no message: what stands after it. */
export function slashCommandIn(text: string): string | undefined {
  return /^\/parley(?:\s+|$)(.*)$/is.exec(text)?.[1];
}

export function mentionsParley(text: string): boolean {
  return mention.test(text);
}
