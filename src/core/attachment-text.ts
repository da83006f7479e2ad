import { hash } from "node:crypto";

const maxNameChars = 100;

/** The text of a file as a piece of a prompt. Its mark comes from the contents, so that nothing in them can end it. */
export function filePiece(
  name: string,
  { text, isCut }: { readonly text: string; readonly isCut: boolean },
): string {
  const mark = hash("sha256", text).slice(0, 8);
  const cut = isCut ? "\n[The rest of this file was too long and was left out.]" : "";
  return `[file ${mark}: ${harmlessFileName(name)}]\n${text}${cut}\n[end of file ${mark}]`;
}

/** A file name on one line. */
export function harmlessFileName(name: string): string {
  const line = name
    .slice(0, 1_000)
    .normalize("NFKC")
    .replaceAll(/[\p{C}\p{Z}\s[\]]+/gu, " ")
    .trim();
  return Array.from(line).slice(0, maxNameChars).join("") || "file";
}

const seeing = /^(?:gpt-4o|chatgpt-4o|gpt-4\.|gpt-4-turbo|gpt-[5-9]|o1|o3|o4)/;
const blind = /^(?:o1-mini|o1-preview|o3-mini)|audio|realtime|search|transcribe|tts/;

/** Whether a model can be shown pictures, by the names that OpenAI gives them; others are taken not to. */
export function seesPictures(model: string): boolean {
  const base = model.replace(/^ft:/, "");
  return seeing.test(base) && !blind.test(base);
}

/**
 * What a picture costs at most, in tokens: 2,048 pixels a side are scaled to 8 tiles of 170, and 85
 * (platform.openai.com/docs/guides/images-vision, calculating costs, gpt-4o).
 */
export const tokensPerPicture = 1_445;
