import { commandBegun, completeCommands, completeNames } from "./completion.js";
import { h, icon, iconButton } from "./dom.js";

const maxHeightPx = 240;
let boxes = 0;

/**
 * The box to write in: grows with its text, completes names after an @ and commands after a slash, keeps what was begun.
 * `offer` answers how a command may go on.
 */
export function createComposer({ spot, workspace, drafts, placeholder, offer, onSend, onEditLast, id }) {
  const listId = `names-${(boxes += 1)}`;
  const box = h("textarea", {
    id,
    rows: "1",
    placeholder,
    "aria-label": placeholder,
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-autocomplete": "list",
    autocomplete: "off",
    enterkeyhint: "send",
  });
  const names = h("ul", {
    class: "names",
    id: listId,
    role: "listbox",
    "aria-label": "Completions",
    hidden: true,
  });
  const send = h(
    "button",
    { class: "send", "aria-label": "Send message", title: "Send message", disabled: true },
    icon("send"),
  );
  const atButton = iconButton("at", "Mention somebody", () => {
    const spaced = /(^|\s)$/.test(box.value.slice(0, box.selectionStart)) ? "@" : " @";
    box.setRangeText(spaced, box.selectionStart, box.selectionEnd, "end");
    box.focus();
    changed();
  });
  const el = h(
    "form",
    { class: "composer", on: { submit: (event) => (event.preventDefault(), submit()) } },
    names,
    h(
      "div",
      { class: "composer-box" },
      box,
      h(
        "div",
        { class: "composer-bar" },
        atButton,
        h(
          "span",
          { class: "hint" },
          h("kbd", {}, "Enter"),
          " to send · ",
          h("kbd", {}, "Shift"),
          " + ",
          h("kbd", {}, "Enter"),
          " for a new line",
        ),
        send,
      ),
    ),
  );
  let matches = [];
  /** None: Enter sends. */
  let chosen = -1;
  let asked = 0;

  function fit() {
    box.style.height = "auto";
    // While the pane is hidden there is nothing to measure.
    if (box.scrollHeight > 0) box.style.height = `${Math.min(box.scrollHeight, maxHeightPx)}px`;
  }

  function changed() {
    fit();
    send.disabled = box.value.trim() === "";
    drafts.write(spot, box.value);
    complete();
  }

  function complete() {
    const at = (asked += 1);
    const caret = box.selectionStart;
    const written = caret === box.selectionEnd ? commandBegun(box.value, caret) : undefined;
    if (written === undefined) {
      const isSelecting = caret !== box.selectionEnd;
      show(isSelecting ? { items: [] } : completeNames(box.value, caret, workspace.mentionable));
      return;
    }
    // What comes late, or not at all, is not missed.
    offer(written).then(
      (found) => at === asked && document.activeElement === box && show(completeCommands(written, found)),
      () => at === asked && show({ items: [] }),
    );
  }

  function show({ items, isChosen = false }) {
    matches = items;
    chosen = isChosen && items.length > 0 ? 0 : -1;
    names.replaceChildren(
      ...matches.map(({ node }, index) =>
        h(
          "li",
          {
            id: `${listId}-${index}`,
            role: "option",
            on: { mousedown: (event) => (event.preventDefault(), accept(index)) },
          },
          node,
        ),
      ),
    );
    names.hidden = matches.length === 0;
    box.setAttribute("aria-expanded", String(matches.length > 0));
    markChosen();
  }

  function markChosen() {
    for (const [index, item] of [...names.children].entries())
      item.setAttribute("aria-selected", String(index === chosen));
    if (chosen >= 0) {
      box.setAttribute("aria-activedescendant", `${listId}-${chosen}`);
      names.children[chosen].scrollIntoView({ block: "nearest" });
    } else box.removeAttribute("aria-activedescendant");
  }

  function accept(index) {
    const { text, end } = matches[index];
    box.value = text;
    box.setSelectionRange(end, end);
    changed();
    box.focus();
  }

  function submit() {
    const text = box.value.trim();
    if (text === "") return;
    box.value = "";
    changed();
    onSend(text);
    box.focus();
  }

  box.addEventListener("input", changed);
  box.addEventListener("click", complete);
  box.addEventListener("blur", () => show({ items: [] }));
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (matches.length > 0) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        chosen =
          chosen < 0 && step < 0 ? matches.length - 1 : (chosen + step + matches.length) % matches.length;
        markChosen();
        return;
      }
      if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && chosen >= 0)) {
        event.preventDefault();
        accept(Math.max(chosen, 0));
        return;
      }
      if (event.key === "Escape") {
        event.stopPropagation();
        asked += 1;
        show({ items: [] });
        return;
      }
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && box.value === "") {
      event.preventDefault();
      onEditLast();
    }
  });

  box.value = drafts.read(spot);
  queueMicrotask(changed);
  new ResizeObserver(fit).observe(el);
  return {
    el,
    focus: () => box.focus(),
    fill(text) {
      box.value = text;
      changed();
      box.focus();
    },
  };
}
