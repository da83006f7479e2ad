import { avatar, h } from "./dom.js";

// What a text may go on with: names after an @, and commands after `/parley`. Each finder answers a list of
// { text, end, node } — the whole text completed, where the caret goes, what is shown — and whether the first is chosen.

const nothing = { items: [], isChosen: false };

/** Names after an @. */
export function completeNames(text, caret, people) {
  const before = text.slice(0, caret);
  const typed = /(?:^|\s)@([\p{L}\p{N}]*(?: [\p{L}\p{N}]*)?)$/u.exec(before)?.[1]?.toLowerCase();
  if (typed === undefined) return nothing;
  const start = before.lastIndexOf("@");
  const items = people
    .filter(({ name }) => name.toLowerCase().startsWith(typed) && name.toLowerCase() !== typed)
    .map((member) => {
      const completed = `${text.slice(0, start)}@${member.name} `;
      return {
        text: completed + text.slice(caret),
        end: completed.length,
        node: [
          avatar(member, "small"),
          h("span", { class: "name" }, member.name),
          h("span", { class: "title" }, member.title),
        ],
      };
    });
  return { items, isChosen: true };
}

/** What stands after `/parley`, while the caret is at its end; `undefined` where the text is no command. */
export function commandBegun(text, caret) {
  if (caret !== text.length || text.includes("\n")) return undefined;
  if (/^\/p?a?r?l?e?y?$/i.test(text)) return "";
  return /^\/parley\s(.*)$/i.exec(text)?.[1];
}

/** `found` is what the server offers for `written`. */
export function completeCommands(written, found) {
  const [partial] = /\S*$/.exec(written);
  const items = found
    // What is written out already is only to be sent.
    .filter(({ word }) => word.toLowerCase() !== partial.toLowerCase())
    .map(({ text, word, help }) => ({
      text: `/parley ${text} `,
      end: `/parley ${text} `.length,
      node: [h("span", { class: "name" }, word), help && h("span", { class: "title" }, help)],
    }));
  // Where nothing of the next word is written, Enter sends what there is.
  return { items, isChosen: partial !== "" };
}
