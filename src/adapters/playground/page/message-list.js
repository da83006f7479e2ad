import { arrange, walkWithKeys } from "./arrange.js";
import { announce, avatar, h, icon } from "./dom.js";
import { createMessageNode } from "./message-node.js";
import { createNoticeNode } from "./notice-node.js";

/** This near to the end, the list follows what comes. */
const followPx = 120;
/** What changes what a fetched list says. */
const listedKinds = new Set(["message", "removed", "thread"]);
/** Where something happens all the time, the last list is taken as it is. */
const maxLoads = 5;

/** The messages of one channel or thread, with everything that happens to them. */
export function createMessageList({ spot, workspace, api, outbox, actions, intro, label }) {
  const isThread = spot.thread !== undefined;
  const nodes = new Map();
  const notices = new Map();
  const days = new Map();
  let more = false;
  let loaded = false;
  let following = true;
  let activityTimer;
  let happenings = 0;

  const list = h("ol", { class: "messages", "aria-label": label });
  const older = h(
    "button",
    { type: "button", class: "button quiet older", hidden: true, on: { click: () => void loadOlder() } },
    "Show earlier messages",
  );
  const thinking = h(
    "div",
    { class: "thinking", role: "status", hidden: true },
    avatar(workspace.memberOf(workspace.parley), "small"),
    h("span", {}, "Parley is thinking"),
    h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
  );
  const scroller = h("div", { class: "scroller", tabindex: "-1" }, intro, older, list, thinking);
  const jump = h(
    "button",
    { type: "button", class: "jump", hidden: true, on: { click: () => toEnd() } },
    icon("down"),
    "New messages",
  );
  const el = h("div", { class: "list" }, scroller, jump);

  const toEnd = () => {
    following = true;
    jump.hidden = true;
    scroller.scrollTop = scroller.scrollHeight;
  };
  const follow = () => {
    if (following) toEnd();
  };
  scroller.addEventListener("scroll", () => {
    following = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < followPx;
    if (following) jump.hidden = true;
  });
  new ResizeObserver(follow).observe(list);
  new ResizeObserver(follow).observe(scroller);

  const nodeActions = {
    ...actions,
    choose: (view, command) => actions.choose(spot, view, command),
    editEnded(message) {
      message.focus();
    },
    async sendAgain(view) {
      await deliver({ ...spot, clientId: view.clientId, text: view.text, sentAt: view.sentAt });
    },
    discard(view) {
      outbox.settle(view.clientId);
      if (view.id.startsWith("local-")) drop(view.id);
      else void api.remove(view).catch(() => actions.problem("It couldn't be deleted just now."));
    },
  };

  function upsert(view) {
    const known = nodes.get(view.id);
    if (known && known.view.version > view.version) return known;
    if (known) known.update(view);
    else nodes.set(view.id, createMessageNode(view, { workspace, actions: nodeActions, isThread }));
    return nodes.get(view.id);
  }

  function drop(id) {
    nodes.get(id)?.el.remove();
    nodes.delete(id);
    layout();
  }

  function layout() {
    const items = [
      ...[...nodes.values()].map(({ el: row, view }) => ({
        at: view.sentAt,
        el: row,
        author: view.author,
        plain: !view.deleted,
      })),
      ...[...notices.values()].map((notice) => ({ at: notice.sentAt, el: notice.el })),
    ];
    arrange(list, items, isThread ? undefined : days);
    el.classList.toggle("is-empty", loaded && items.length === 0);
    older.hidden = !more;
    if (intro) intro.hidden = more;
    follow();
  }

  function showPending(entry) {
    const id = `local-${entry.clientId}`;
    const failed = entry.state === "failed";
    upsert({
      id,
      clientId: entry.clientId,
      ...spot,
      author: workspace.me.id,
      sentAt: entry.sentAt,
      text: entry.text,
      blocks: [],
      version: (nodes.get(id)?.view.version ?? 0) + 1,
      writing: false,
      ...(failed ? { undelivered: true, problem: entry.problem } : { state: "sending" }),
    });
    const body = nodes.get(id).el.querySelector(".body");
    body.replaceChildren(h("p", { class: "plain" }, entry.text));
    layout();
  }

  function showNotice(notice) {
    const known = notices.get(notice.id);
    if (known && known.shown === JSON.stringify(notice)) return;
    const dismiss = () => {
      notices.get(notice.id)?.el.remove();
      notices.delete(notice.id);
      layout();
      void api.dismiss(notice.id).catch(() => {});
    };
    const press = (action) => actions.pressNotice(notice.id, action);
    const row = createNoticeNode(notice, { workspace, dismiss, press });
    known?.el.remove();
    notices.set(notice.id, { ...notice, el: row, shown: JSON.stringify(notice) });
    announce(`Only you can see this: ${row.querySelector(".body").innerText}`);
  }

  function showActivity(forMs) {
    clearTimeout(activityTimer);
    thinking.hidden = forMs === 0;
    if (forMs > 0) activityTimer = setTimeout(() => showActivity(0), forMs);
    follow();
  }

  function take({ root, messages, notices: told, more: hasMore }, isLatest) {
    if (isLatest) {
      const oldest = messages[0]?.sentAt ?? 0;
      const present = new Set(messages.map((view) => view.id));
      for (const [id, { view }] of nodes) {
        if (!present.has(id) && view.id !== root?.id && view.sentAt >= oldest && !id.startsWith("local-")) {
          nodes.get(id).el.remove();
          nodes.delete(id);
        }
      }
    }
    if (root) upsert(root);
    for (const view of messages) upsert(view);
    const known = new Set(messages.map((view) => view.clientId));
    for (const entry of outbox.in(spot)) {
      if (known.has(entry.clientId)) continue;
      if (!nodes.has(`local-${entry.clientId}`)) showPending(entry);
    }
    for (const notice of told) showNotice(notice);
    if (!isLatest || !loaded) more = hasMore;
    loaded = true;
    layout();
  }

  /** A list that was made before something happened here would take that back: it is asked for again then. */
  async function load() {
    for (let left = maxLoads; ; left--) {
      const before = happenings;
      // oxlint-disable-next-line no-await-in-loop -- the next one is asked for because this one is stale.
      const listed = await api.list(spot);
      if (happenings === before || left === 1) return take(listed, true);
    }
  }

  async function loadOlder() {
    const ids = [...nodes.values()].filter(
      ({ view }) => !view.id.startsWith("local-") && view.id !== spot.thread,
    );
    const first = ids.toSorted((a, b) => a.view.sentAt - b.view.sentAt)[0];
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    following = false;
    take(await api.list(spot, first?.view.id), false);
    scroller.scrollTop = scroller.scrollHeight - fromEnd;
  }

  async function deliver(entry) {
    const sending = { ...entry, state: "sending" };
    outbox.settle(entry.clientId);
    outbox.add(sending);
    const stored = [...nodes.values()].find(
      ({ view }) => view.clientId === entry.clientId && !view.id.startsWith("local-"),
    );
    if (stored) stored.update({ ...stored.view, state: "sending" });
    else showPending(sending);
    try {
      const sent = await api.send(spot, entry);
      outbox.settle(entry.clientId);
      nodes.get(`local-${entry.clientId}`)?.el.remove();
      nodes.delete(`local-${entry.clientId}`);
      // A command is no message; only its answer is shown.
      if (sent?.message) upsert(sent.message);
      layout();
      if (sent?.form) actions.fill(spot, sent.form);
      return sent?.message;
    } catch (error) {
      const lost = error.status === 410;
      outbox.settle(entry.clientId);
      if (!lost) outbox.add({ ...entry, state: "failed" });
      if (stored)
        stored.update({ ...stored.view, state: undefined, undelivered: true, problem: error.message });
      else showPending({ ...entry, state: "failed", problem: error.message });
      return undefined;
    }
  }

  function inHere(event) {
    return event.channel === spot.channel && event.thread === spot.thread;
  }

  /** Answers false when something was missed and the list must be fetched again. */
  function apply(event) {
    if (event.channel === spot.channel && listedKinds.has(event.kind)) happenings += 1;
    switch (event.kind) {
      case "message": {
        const view = event.message;
        const isRoot = isThread && view.id === spot.thread;
        if (!isRoot && !inHere(view)) return true;
        const isNew = !nodes.has(view.id);
        upsert(view);
        if (view.author === workspace.parley) showActivity(0);
        if (view.author === workspace.parley && !view.writing && !view.deleted)
          announce(`Parley: ${nodes.get(view.id).el.querySelector(".body").innerText}`);
        else if (isNew && view.author !== workspace.me.id && view.author !== workspace.parley)
          announce(`${workspace.memberOf(view.author).name}: ${view.text}`);
        layout();
        if (isNew && !following) jump.hidden = false;
        return true;
      }
      case "grow": {
        if (!inHere(event)) return true;
        const grown = nodes.get(event.id)?.grow(event) ?? false;
        follow();
        return grown;
      }
      case "removed":
        if (inHere(event)) drop(event.id);
        return true;
      case "thread": {
        const root = isThread ? undefined : nodes.get(event.root);
        if (root && event.channel === spot.channel)
          root.update({
            ...root.view,
            answers: event.facts.replies > 0 ? event.facts : undefined,
            activity: undefined,
          });
        follow();
        return true;
      }
      case "activity": {
        if (inHere(event)) showActivity(event.forMs);
        const root = isThread ? undefined : nodes.get(event.thread);
        if (root?.view.answers) root.update({ ...root.view, activity: "Parley is thinking…" });
        return true;
      }
      case "notice":
        if (inHere(event.notice)) {
          showNotice(event.notice);
          layout();
          follow();
        }
        return true;
      default:
        return true;
    }
  }

  walkWithKeys(list, (row, key) => {
    const node = nodes.get(row.dataset.id);
    if (key === "e") node?.startEdit();
    else if (!isThread) node?.el.querySelector(".answers, .actions button")?.click();
  });

  return {
    el,
    load,
    apply,
    deliver,
    toEnd,
    /** Opens the last message of one's own for editing. */
    editLast() {
      const mine = [...nodes.values()].filter(
        ({ view }) => view.author === workspace.me.id && !view.deleted && !view.undelivered && !view.state,
      );
      mine
        .toSorted((a, b) => a.view.sentAt - b.view.sentAt)
        .at(-1)
        ?.startEdit();
    },
  };
}
