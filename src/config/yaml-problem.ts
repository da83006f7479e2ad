import type { ErrorCode } from "yaml";

/** What is wrong, in own words: those of the library may hold a piece of the file, and that may be a secret. */
export const yamlProblems: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: "an alias (*name) takes no anchor and no tag",
  BAD_ALIAS: "an alias (*name) has no anchor (&name) before it",
  BAD_COLLECTION_TYPE: "a tag doesn't fit what it stands at",
  BAD_DIRECTIVE: "a line that begins with % is a directive, and this one is unknown; quote the text",
  BAD_DQ_ESCAPE: "an unknown \\ in double quotes; use single quotes",
  BAD_INDENT: "the indentation doesn't fit the lines above",
  BAD_PROP_ORDER: "an anchor or a tag stands in the wrong place",
  BAD_SCALAR_START: "a text begins with a character that means something in YAML; quote it",
  BLOCK_AS_IMPLICIT_KEY: "there are two keys on one line, or a text with a colon in it; quote it",
  BLOCK_IN_FLOW: "there is a list or map of lines inside of brackets",
  DUPLICATE_KEY: "the same key stands here twice",
  IMPOSSIBLE: "this can't be read",
  KEY_OVER_1024_CHARS: "a key is longer than 1,024 characters",
  MISSING_CHAR: "a closing quote, bracket, comma or colon is missing",
  MULTILINE_IMPLICIT_KEY: "a key goes over several lines; is a colon missing?",
  MULTIPLE_ANCHORS: "there are two anchors at one value",
  MULTIPLE_DOCS: "the file holds several documents; only one is read",
  MULTIPLE_TAGS: "there are two tags at one value",
  NON_STRING_KEY: "a key is no text",
  RESOURCE_EXHAUSTION: "it is nested too deeply",
  TAB_AS_INDENT: "a tab stands where only spaces may indent",
  TAG_RESOLVE_FAILED: "an unknown tag (!name); quote a text that begins with !",
  UNEXPECTED_TOKEN: "something stands here that nothing can begin with; quote it if it is a text",
};
