import { avatar, h, icon, iconButton } from "./dom.js";

const themes = {
  auto: ["auto", "Theme: like the system"],
  light: ["sun", "Theme: light"],
  dark: ["moon", "Theme: dark"],
};

/** The workspace's channels, and who one is. */
export function createSidebar({ el, workspace, onOpen, onSwitch, onPerson, onClose }) {
  const entries = new Map();
  const channelButton = (channel) => {
    const mark =
      channel.kind === "direct"
        ? avatar(workspace.memberOf(workspace.parley), "small")
        : icon(channel.kind === "private" ? "lock" : "hash");
    const badge = h("span", { class: "unread", hidden: true });
    const button = h(
      "button",
      { type: "button", class: "channel", on: { click: () => onOpen(channel.id) } },
      mark,
      h("span", { class: "channel-name" }, channel.name),
      badge,
    );
    entries.set(channel.id, { button, badge, channel, unread: 0 });
    return h("li", {}, button);
  };
  const rooms = workspace.channels.filter((channel) => channel.kind !== "direct");
  const direct = workspace.channels.filter((channel) => channel.kind === "direct");

  el.replaceChildren(
    h(
      "header",
      { class: "sidebar-head" },
      h("img", { class: "logo", src: "/playground/icon.svg", alt: "" }),
      h("div", { class: "workspace" }, h("strong", {}, workspace.name), h("span", {}, "Parley playground")),
      iconButton("close", "Close the channel list", onClose, { class: "icon-button phone-only" }),
    ),
    h(
      "button",
      { type: "button", class: "find", on: { click: onSwitch } },
      icon("search"),
      h("span", {}, "Jump to…"),
      h("kbd", {}, /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘K" : "Ctrl K"),
    ),
    h(
      "div",
      { class: "channel-scroll" },
      h("h2", {}, "Channels"),
      h("ul", {}, rooms.map(channelButton)),
      h("h2", {}, "Direct messages"),
      h("ul", {}, direct.map(channelButton)),
    ),
    h("footer", { class: "sidebar-foot" }, personSwitch(workspace, onPerson), themeButton()),
  );

  return {
    select(id) {
      for (const [key, entry] of entries) {
        if (key === id) entry.button.setAttribute("aria-current", "page");
        else entry.button.removeAttribute("aria-current");
      }
      this.mark(id, 0);
    },
    /** 0 clears the mark. */
    mark(id, unread) {
      const entry = entries.get(id);
      if (!entry) return;
      entry.unread = unread;
      entry.badge.hidden = unread === 0;
      entry.badge.textContent = unread > 99 ? "99+" : String(unread);
      entry.badge.setAttribute("aria-label", `${unread} new`);
      entry.button.classList.toggle("has-unread", unread > 0);
    },
    bump(id) {
      this.mark(id, (entries.get(id)?.unread ?? 0) + 1);
    },
  };
}

function personSwitch(workspace, onPerson) {
  const choices = h(
    "ul",
    { class: "people", role: "listbox", "aria-label": "Who you are", hidden: true },
    workspace.people.map((person) =>
      h(
        "li",
        {
          role: "option",
          tabindex: "-1",
          "aria-selected": String(person.id === workspace.me.id),
          data: { person: person.id },
          on: { click: () => onPerson(person.id) },
        },
        avatar(person, "small"),
        h("span", { class: "who" }, h("strong", {}, person.name), h("span", {}, roleOf(person))),
        person.id === workspace.me.id && icon("check"),
      ),
    ),
  );
  const button = h(
    "button",
    {
      type: "button",
      class: "me",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-label": `You are ${workspace.me.name}. Change who you are`,
    },
    avatar(workspace.me, "small"),
    h("span", { class: "who" }, h("strong", {}, workspace.me.name), h("span", {}, roleOf(workspace.me))),
    icon("chevron"),
  );
  const toggle = (open) => {
    choices.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) choices.querySelector('[aria-selected="true"]').focus();
  };
  button.addEventListener("click", () => toggle(choices.hidden));
  choices.addEventListener("keydown", (event) => {
    const rows = [...choices.children];
    const index = rows.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      rows[(index + step + rows.length) % rows.length].focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onPerson(document.activeElement.dataset.person);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      toggle(false);
      button.focus();
    }
  });
  const wrap = h("div", { class: "person-switch" }, choices, button);
  document.addEventListener("click", (event) => {
    if (!wrap.contains(event.target)) toggle(false);
  });
  return wrap;
}

function themeButton() {
  const order = ["auto", "light", "dark"];
  let theme = localStorage.getItem("parley.theme") ?? "auto";
  const button = h("button", { type: "button", class: "icon-button" });
  const show = () => {
    const [name, label] = themes[theme] ?? themes.auto;
    button.replaceChildren(icon(name));
    button.setAttribute("aria-label", label);
    button.title = label;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  button.addEventListener("click", () => {
    theme = order[(order.indexOf(theme) + 1) % order.length];
    localStorage.setItem("parley.theme", theme);
    show();
  });
  show();
  return button;
}

function roleOf({ role, title }) {
  return { admin: "Admin", member: `Member · ${title}`, guest: "Guest" }[role];
}
