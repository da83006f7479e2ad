const svgTags = new Set(["svg", "g", "rect", "line", "text", "title", "path", "circle"]);

/** Makes an element. Strings become text, never markup. */
export function h(tag, props = {}, ...children) {
  const el = svgTags.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false || value === null) continue;
    if (name === "on")
      for (const [event, listener] of Object.entries(value)) el.addEventListener(event, listener);
    else el.setAttribute(name, value === true ? "" : value);
  }
  el.append(
    ...children.flat(Infinity).filter((child) => child !== undefined && child !== false && child !== null),
  );
  return el;
}

/** A table with its heading; `rows` are lists of cells, numbers to the right. */
export function table(caption, head, rows) {
  return h(
    "div",
    { class: "scroll" },
    h(
      "table",
      {},
      h("caption", {}, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((name, i) => h("th", { scope: "col", class: i > 0 && "number" }, name)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((cells) =>
          h(
            "tr",
            {},
            cells.map((cell, i) =>
              i === 0 ? h("th", { scope: "row" }, cell) : h("td", { class: "number" }, cell),
            ),
          ),
        ),
      ),
    ),
  );
}

/** A choice of one of several, by its name. */
export function choice(label, options, chosen, onChoose) {
  const select = h(
    "select",
    { on: { change: () => onChoose(select.value) } },
    options.map(([value, name]) => h("option", { value, selected: value === chosen }, name)),
  );
  return h("label", { class: "choice" }, h("span", {}, label), select);
}
