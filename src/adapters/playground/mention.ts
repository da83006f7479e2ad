/** `@Parley` as a word of its own: not in an address (`x@parley.org`), not the beginning of another name. */
const mention = /(?<![\p{L}\p{N}_.+/@-])@parley(?![\p{L}\p{N}_-]|\.\p{L})/iu;

export function mentionsParley(text: string): boolean {
  return mention.test(text);
}
