import { avatar, h, icon } from "./dom.js";

/** The channel switcher (Ctrl+K). */
export function createSwitcher({ workspace, onOpen }) {
  const input = h("input", {
    type: "text",
    placeholder: "Jump to a channel…",
    "aria-label": "Jump to a channel",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "switcher-list",
    autocomplete: "off",
    spellcheck: "false",
  });
  const list = h("ul", { id: "switcher-list", role: "listbox", "aria-label": "Channels" });
  const dialog = h(
    "dialog",
    { class: "switcher", "aria-label": "Jump to a channel" },
    h("div", { class: "switcher-input" }, icon("search"), input),
    list,
  );
  let found = [];
  let chosen = 0;

  const go = (channel) => {
    dialog.close();
    onOpen(channel.id);
  };
  const show = () => {
    const wanted = input.value.trim().toLowerCase().replace(/^[#@]/, "");
    found = workspace.channels.filter((channel) => channel.name.toLowerCase().includes(wanted));
    chosen = Math.min(chosen, Math.max(0, found.length - 1));
    list.replaceChildren(
      ...found.map((channel, index) =>
        h(
          "li",
          {
            id: `switch-${index}`,
            role: "option",
            "aria-selected": String(index === chosen),
            on: { click: () => go(channel) },
          },
          channel.kind === "direct"
            ? avatar(workspace.memberOf(workspace.parley), "small")
            : icon(channel.kind === "private" ? "lock" : "hash"),
          h("span", { class: "name" }, channel.name),
          h("span", { class: "title" }, channel.topic),
        ),
      ),
      ...(found.length === 0 ? [h("li", { class: "nothing" }, "No channel of that name")] : []),
    );
    if (found.length > 0) input.setAttribute("aria-activedescendant", `switch-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
  };
  input.addEventListener("input", () => {
    chosen = 0;
    show();
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length > 0) {
      event.preventDefault();
      chosen = (chosen + step + found.length) % found.length;
      show();
    } else if (event.key === "Enter" && found[chosen]) {
      event.preventDefault();
      go(found[chosen]);
    }
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  return {
    open() {
      if (dialog.open) return dialog.close();
      input.value = "";
      chosen = 0;
      show();
      dialog.showModal();
      input.focus();
    },
  };
}

/** Resolves with whether it was confirmed. */
export function confirmDialog({ title, text, action }) {
  return new Promise((resolve) => {
    const yes = h("button", { value: "yes", class: "button danger" }, action);
    const dialog = h(
      "dialog",
      { class: "confirm", "aria-labelledby": "confirm-title" },
      h(
        "form",
        { method: "dialog" },
        h("h2", { id: "confirm-title" }, title),
        h("p", {}, text),
        h(
          "div",
          { class: "confirm-buttons" },
          h("button", { value: "no", class: "button quiet" }, "Cancel"),
          yes,
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}

let toastTimer;

/** One short sentence at the bottom. */
export function toast(text) {
  document.querySelector(".toast")?.remove();
  clearTimeout(toastTimer);
  const el = h("div", { class: "toast", role: "alert" }, icon("alert"), text);
  document.body.append(el);
  toastTimer = setTimeout(() => el.remove(), 6000);
}
