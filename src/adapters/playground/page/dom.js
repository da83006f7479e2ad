/**
 * Makes an element. Strings become text, never markup: only `setSafeHtml` inserts markup, and only what the server
 * has rendered.
 */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false || value === null) continue;
    if (name === "on")
      for (const [event, listener] of Object.entries(value)) el.addEventListener(event, listener);
    else if (name === "class") el.className = value;
    else if (name === "data") Object.assign(el.dataset, value);
    else if (value === true) el.setAttribute(name, "");
    else el.setAttribute(name, value);
  }
  el.append(...children.flat().filter((child) => child !== undefined && child !== false && child !== null));
  return el;
}

export function setSafeHtml(el, html) {
  el.innerHTML = html;
  return el;
}

const paths = {
  hash: "M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6.5 11h11a1.5 1.5 0 0 1 1.5 1.500v6a1.5 1.5 0 0 1-1.5 1.500h-11A1.5 1.5 0 0 1 5 18.500v-6A1.5 1.5 0 0 1 6.5 11Z",
  send: "M5 12h13M12.5 6l6 6-6 6",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  search: "M11 18a7 7 0 1 1 0-14 7 7 0 0 1 0 14ZM20 20l-4-4",
  edit: "M4 20h4L19 9l-4-4L4 16v4ZM13.5 6.500l4 4",
  trash: "M5 7h14M10 7V4.500h4V7M7 7l1 12.500h8L17 7M10.5 11v5M13.5 11v5",
  reply: "M4 5.500h16v11h-9l-4.5 3.500v-3.500H4v-11Z",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  check: "M5 12.500l4.5 4.500L19 7.5",
  at: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm0 0v1.500a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-4 7.5",
  stop: "M8 8h8v8H8z",
  thumbUp:
    "M7 10.500v9H4v-9h3Zm0 0 4-7c1.400 0 2.200 1 2 2.300L12.500 9.500H19a1.500 1.500 0 0 1 1.500 1.800l-1.400 6.900a1.600 1.600 0 0 1-1.600 1.300H7",
  thumbDown:
    "M7 13.500v-9H4v9h3Zm0 0 4 7c1.400 0 2.200-1 2-2.300l-.5-3.700H19a1.500 1.500 0 0 0 1.500-1.800l-1.400-6.900a1.600 1.600 0 0 0-1.600-1.300H7",
  down: "M12 5v13M6 12.500l6 6 6-6",
  back: "M15 5l-7 7 7 7",
  chevron: "M9 6l6 6-6 6",
  sun: "M12 16a4 4 0 1 1 0-8 4 4 0 0 1 0 8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.400M18.4 5.6 17 7M7 17l-1.4 1.4",
  moon: "M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500Z",
  auto: "M12 3a9 9 0 1 0 0 18V3Zm0 0a9 9 0 0 1 0 18",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 1 0-6 3 3 0 0 1 0 6Z",
  alert: "M12 8.500v4.500M12 16.500h.01M12 3.5 2.5 20h19L12 3.500Z",
  ask: "M9.3 9.2a2.8 2.8 0 1 1 4 2.600c-.9.45-1.3 1-1.3 1.900v.3M12 16.800h.01M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18Z",
  summarise: "M5 6h14M5 10.500h14M5 15h9M5 19.500h6",
  spark:
    "M12 3l1.9 5.600L19.5 10.500l-5.6 1.900L12 18l-1.9-5.600L4.5 10.500l5.6-1.900L12 3ZM19 16.500l.8 2.2 2.2.8-2.2.8-.8 2.2-.8-2.2-2.2-.8 2.2-.8.8-2.200Z",
};

export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onClick, props = {}) {
  return h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": label,
      title: label,
      on: { click: onClick },
      ...props,
    },
    icon(name),
  );
}

/** Initials on a colour; Parley has its own mark. */
export function avatar(member, size = "") {
  if (member.role === "bot") return h("span", { class: `avatar parley ${size}`, "aria-hidden": "true" });
  const initials = member.name
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join("");
  return h("span", { class: `avatar tint-${member.tint} ${size}`, "aria-hidden": "true" }, initials);
}

export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

/** Phones and tablets: focusing a text box there opens the keyboard over what one wants to read. */
export const isTouch = () => matchMedia("(pointer: coarse)").matches;
