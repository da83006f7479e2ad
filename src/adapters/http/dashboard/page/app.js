import { showCosts } from "./costs.js";
import { choice, h } from "./dom.js";
import { showLive } from "./live.js";
import { showThreads } from "./threads.js";

const views = { costs: showCosts, threads: showThreads, live: showLive };
/** Not fetched again by itself: it takes long to make, and whoever looks around in it wants it to stand still. */
const still = new Set(["threads"]);
const main = document.querySelector("#page");
const nav = document.querySelector("#pages");
const who = document.querySelector("#who");
const problem = document.querySelector("#problem");
/** What the page that is open was asked for, as it stands in the address. */
let terms = new URLSearchParams(location.search);
let me;
let shown = "";
let asking = 0;

async function get(path) {
  const response = await fetch(`/dashboard/api/${path}`);
  if (response.status === 401) {
    location.replace("/dashboard/in");
    return new Promise(() => undefined);
  }
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

function pageOf(query) {
  return me.pages.find(({ id }) => id === query.get("page")) ?? me.pages[0];
}

/** Shows the page under other terms, in the address too, so that back and reload come here again. */
function go(changes) {
  const next = new URLSearchParams(terms);
  for (const [name, value] of Object.entries(changes)) next.set(name, value);
  terms = next;
  history.pushState(undefined, "", `/dashboard?${next}`);
  shown = "";
  void refresh();
}

async function refresh() {
  const turn = ++asking;
  const page = pageOf(terms);
  try {
    const query = new URLSearchParams(terms);
    query.delete("page");
    const { data } = await get(`pages/${page.id}?${query}`);
    if (turn !== asking) return;
    problem.textContent = "";
    show(page, data);
  } catch (error) {
    if (turn === asking) problem.textContent = error.message;
  }
}

function show(page, data) {
  const text = JSON.stringify(data);
  if (text === shown) return;
  const focused = main.contains(document.activeElement) ? labelOf(document.activeElement) : undefined;
  const isOpen = main.querySelector("details")?.open;
  shown = text;
  main.replaceChildren(views[page.id](data, go));
  const details = main.querySelector("details");
  if (details && isOpen) details.open = true;
  // Whoever chose something goes on from there.
  if (focused !== undefined)
    [...main.querySelectorAll("select, summary")].find((each) => labelOf(each) === focused)?.focus();
  document.title = `${page.title} · Parley dashboard`;
  for (const link of nav.querySelectorAll("a"))
    if (link.dataset.page === page.id) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
}

function labelOf(element) {
  return element.closest("label")?.firstChild?.textContent ?? element.textContent;
}

function showFrame() {
  nav.replaceChildren(
    ...me.pages.map(({ id, title }) => {
      const link = h("a", { href: `/dashboard?page=${id}`, "data-page": id }, title);
      link.addEventListener("click", (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go({ page: id });
        main.focus();
      });
      return link;
    }),
  );
  const signOut = h("button", { type: "button", class: "quiet" }, "Sign out");
  signOut.addEventListener("click", async () => {
    await fetch("/dashboard/api/sign-out", { method: "POST", headers: { "x-parley-csrf": me.csrf } });
    location.replace("/dashboard/in");
  });
  const workspaces = me.workspaces.map(({ id, name }) => [id, name]);
  who.replaceChildren(
    ...(workspaces.length > 1
      ? [
          choice("Workspace", workspaces, terms.get("workspace") ?? workspaces[0][0], (workspace) =>
            go({ workspace }),
          ),
        ]
      : []),
    h("span", { class: "name" }, me.isOperator ? "Operator" : me.name),
    signOut,
  );
}

function listen() {
  const events = new EventSource("/dashboard/api/events");
  events.addEventListener("changed", () => {
    if (shown === "" || !still.has(pageOf(terms).id)) void refresh();
  });
  events.addEventListener("error", () => {
    // Signed out, or Parley is away: the next answer tells which.
    if (events.readyState === EventSource.CLOSED) setTimeout(() => void refresh().then(listen), 2_000);
  });
}

window.addEventListener("popstate", () => {
  terms = new URLSearchParams(location.search);
  shown = "";
  void refresh();
});

try {
  me = await get("me");
  showFrame();
  await refresh();
  listen();
} catch (error) {
  problem.textContent = error.message;
}
