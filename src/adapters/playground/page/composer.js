import { avatar, h, icon, iconButton } from "./dom.js";

const maxHeightPx = 240;
let boxes = 0;

/** The box to write in: grows with its text, completes names after an @, keeps what was begun. */
export function createComposer({ spot, workspace, drafts, placeholder, onSend, onEditLast, id }) {
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
    "aria-label": "People",
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
  let chosen = 0;

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
    const before = box.value.slice(0, box.selectionStart);
    const typed = /(?:^|\s)@([\p{L}\p{N}]*(?: [\p{L}\p{N}]*)?)$/u.exec(before)?.[1];
    matches =
      typed === undefined || box.selectionStart !== box.selectionEnd
        ? []
        : workspace.mentionable.filter(
            ({ name }) =>
              name.toLowerCase().startsWith(typed.toLowerCase()) &&
              name.toLowerCase() !== typed.toLowerCase(),
          );
    chosen = 0;
    showNames();
  }

  function showNames() {
    names.hidden = matches.length === 0;
    box.setAttribute("aria-expanded", String(matches.length > 0));
    names.replaceChildren(
      ...matches.map((member, index) =>
        h(
          "li",
          {
            id: `${listId}-${index}`,
            role: "option",
            "aria-selected": String(index === chosen),
            on: { mousedown: (event) => (event.preventDefault(), accept(index)) },
          },
          avatar(member, "small"),
          h("span", { class: "name" }, member.name),
          h("span", { class: "title" }, member.title),
        ),
      ),
    );
    if (matches.length > 0) box.setAttribute("aria-activedescendant", `${listId}-${chosen}`);
    else box.removeAttribute("aria-activedescendant");
  }

  function accept(index) {
    const end = box.selectionStart;
    const start = box.value.lastIndexOf("@", end - 1);
    box.setRangeText(`@${matches[index].name} `, start, end, "end");
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
  box.addEventListener("blur", () => {
    matches = [];
    showNames();
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (matches.length > 0) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        chosen = (chosen + step + matches.length) % matches.length;
        showNames();
        return;
      }
      if (event.key === "Enter" || event.key === "Tab") {
        event.preventDefault();
        accept(chosen);
        return;
      }
      if (event.key === "Escape") {
        event.stopPropagation();
        matches = [];
        showNames();
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
