import { choice, h } from "./dom.js";

const width = 960;
const height = 560;
const edge = 28;
/** How near a pointer has to come, in the picture's units. */
const reach = 24;
const colours = 8;

/** Threads on a map by what they are about. `ask` asks for it anew under other terms. */
export function showThreads(data, ask) {
  if (data === null)
    return h(
      "div",
      {},
      h("h1", {}, "Threads"),
      h(
        "p",
        { class: "empty" },
        "Which threads there are to see depends on who looks. /parley dashboard in a channel signs you in as yourself, and shows yours.",
      ),
    );
  if (data.few !== undefined)
    return h("div", {}, h("h1", {}, "Threads"), h("p", { class: "empty" }, data.few));
  const chosen = String(data.chosen);
  const options = [["0", "as many as fit"], ...data.counts.map((count) => [String(count), String(count)])];
  return h(
    "div",
    {},
    h("h1", {}, data.title),
    h(
      "div",
      { class: "filters" },
      choice("Groups", options, chosen, (groups) => ask({ groups })),
    ),
    h("section", { class: "map" }, h("h2", {}, "Map"), h("p", { class: "note" }, data.subtitle), map(data)),
    data.more && h("p", { class: "note" }, data.more),
    h(
      "div",
      { class: "columns" },
      data.groups.map(({ label, threads, nearest }, i) =>
        h(
          "section",
          {},
          h("h2", {}, h("span", { class: `swatch ${series(i)}` }), label),
          h(
            "ul",
            {},
            threads.slice(0, nearest).map((thread) => h("li", {}, linkTo(thread), about(thread))),
          ),
        ),
      ),
    ),
  );
}

function map({ title, groups }) {
  const points = groups.flatMap(({ threads }, group) => threads.map((thread) => ({ ...thread, group })));
  const across = scale(
    points.map(({ x }) => x),
    edge,
    width - edge,
  );
  // Up is up.
  const up = scale(
    points.map(({ y }) => y),
    height - edge,
    edge,
  );
  const radius = points.length <= 60 ? 9 : points.length <= 600 ? 6 : 3.5;
  const dots = points.map((point) => ({ ...point, left: across(point.x), top: up(point.y) }));
  const marks = dots.map(({ left, top, group }) =>
    h("circle", { cx: left, cy: top, r: radius, class: `dot ${series(group)}` }),
  );
  const ring = h("circle", { r: radius + 5, class: "ring", visibility: "hidden" });
  const said = h(
    "p",
    { class: "said", "aria-live": "polite" },
    "Point at a mark, or go with the arrow keys.",
  );
  let at = -1;

  function choose(next) {
    const dot = dots[next];
    if (dot === undefined || next === at) return;
    at = next;
    ring.setAttribute("cx", dot.left);
    ring.setAttribute("cy", dot.top);
    ring.setAttribute("visibility", "visible");
    said.replaceChildren(linkTo(dot), about(dot), ` · ${groups[dot.group].label}`);
  }

  function open() {
    const link = dots[at] && addressOf(dots[at]);
    if (link) window.open(link, "_blank", "noopener");
  }

  function near(event) {
    const box = svg.getBoundingClientRect();
    const left = ((event.clientX - box.left) / box.width) * width;
    const top = ((event.clientY - box.top) / box.height) * height;
    const away = (dot) => Math.hypot(dot.left - left, dot.top - top);
    const nearest = dots.reduce((best, dot, i) => (best < 0 || away(dot) < away(dots[best]) ? i : best), -1);
    return nearest >= 0 && away(dots[nearest]) <= reach ? nearest : -1;
  }

  const svg = h(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      role: "application",
      tabindex: "0",
      "aria-label": `A map of ${title}. Arrow keys go from thread to thread, Enter opens one.`,
      class: "map-chart",
      on: {
        pointermove: (event) => {
          const found = near(event);
          svg.classList.toggle("on-dot", found >= 0);
          if (found >= 0) choose(found);
        },
        click: (event) => {
          const found = near(event);
          if (found < 0) return;
          choose(found);
          open();
        },
        keydown: (event) => {
          const step = steps[event.key];
          if (event.key === "Enter") open();
          else if (step) {
            event.preventDefault();
            choose(at < 0 ? 0 : towards(dots, at, step));
          }
        },
      },
    },
    marks,
    ring,
  );
  return [svg, said];
}

const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The next mark in a direction: near, and not far to its side. The same where there is none. */
function towards(dots, from, [right, down]) {
  const here = dots[from];
  let best = from;
  let least = Infinity;
  for (const [i, dot] of dots.entries()) {
    const [dx, dy] = [dot.left - here.left, dot.top - here.top];
    const ahead = dx * right + dy * down;
    if (i === from || ahead <= 0) continue;
    const cost = ahead + 3 * Math.abs(right === 0 ? dx : dy);
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}

function scale(values, from, to) {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const spread = most - least || 1;
  return (value) => from + ((value - least) / spread) * (to - from);
}

function series(group) {
  return `s${(group % colours) + 1}`;
}

/** Only what a browser may open. */
function addressOf({ link }) {
  return /^https?:\/\//.test(link ?? "") ? link : undefined;
}

function linkTo(thread) {
  const href = addressOf(thread);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, thread.title) : thread.title;
}

function about({ channel, day }) {
  return h("span", { class: "note" }, ` · ${channel} · ${day}`);
}
