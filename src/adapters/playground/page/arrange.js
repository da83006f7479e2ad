import { h } from "./dom.js";
import { dayKey, formatDay } from "./format.js";

/** Messages of one person within this time stand together. */
const groupMs = 5 * 60_000;

/**
 * Puts the items of a list in order of time, grouped by author, with a line where a day begins (`days` keeps these lines;
 * without it there are none). Elements that stand right are not touched, so that focus and selection stay.
 */
export function arrange(list, items, days) {
  const wanted = [];
  let previous;
  for (const item of items.toSorted((a, b) => a.at - b.at)) {
    const key = dayKey(item.at);
    const newDay = previous === undefined || dayKey(previous.at) !== key;
    if (newDay && days) {
      if (!days.has(key))
        days.set(key, h("li", { class: "day", role: "separator" }, h("span", {}, formatDay(item.at))));
      wanted.push(days.get(key));
    }
    item.el.classList.toggle("joined", !newDay && belongsTo(previous, item));
    wanted.push(item.el);
    previous = item;
  }
  for (const [index, child] of wanted.entries()) {
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  }
  while (list.children.length > wanted.length) list.lastChild.remove();
  // One stop for the Tab key; the arrows walk from there.
  const stop = list.querySelector(".message[tabindex='0']:focus-within") ?? list.lastChild;
  for (const { el } of items) el.tabIndex = el === stop ? 0 : -1;
}

const belongsTo = (previous, item) =>
  item.author !== undefined &&
  previous.author === item.author &&
  previous.plain &&
  item.at - previous.at < groupMs;

/** Up, Down, Home and End walk from message to message; `act` is told of Enter and e. */
export function walkWithKeys(list, act) {
  list.addEventListener("keydown", (event) => {
    if (!event.target.classList.contains("message")) return;
    const rows = [...list.querySelectorAll(".message")];
    const index = rows.indexOf(event.target);
    const next = { ArrowUp: rows[index - 1], ArrowDown: rows[index + 1], Home: rows[0], End: rows.at(-1) }[
      event.key
    ];
    if (next) {
      event.preventDefault();
      event.target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else if ((event.key === "Enter" || event.key === "e") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      act(event.target, event.key);
    }
  });
}
