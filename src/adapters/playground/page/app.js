import { createApi } from "./api.js";
import { createComposer } from "./composer.js";
import { avatar, h, icon, iconButton, isTouch, setSafeHtml } from "./dom.js";
import { connectEvents } from "./events.js";
import { createMessageList } from "./message-list.js";
import { createDrafts, createOutbox } from "./outbox.js";
import { confirmDialog, createSwitcher, toast } from "./overlays.js";
import { openForm } from "./form-dialog.js";
import { introFor } from "./intro.js";
import { createSidebar } from "./sidebar.js";
import { describe } from "./workspace.js";

const $ = (id) => document.getElementById(id);
const params = new URLSearchParams(location.search);
const as = params.get("as") ?? "ada";
const api = createApi(as);
const app = $("app");

try {
  await run(await api.workspace());
} catch (error) {
  if (error.status === 403 && as !== "ada") location.replace("/");
  else
    app.replaceChildren(
      h(
        "div",
        { class: "fatal" },
        h("p", {}, error.message),
        h("button", { type: "button", class: "button", on: { click: () => location.reload() } }, "Try again"),
      ),
    );
}

async function run(facts) {
  const workspace = describe(facts);
  const outbox = createOutbox(as);
  const drafts = createDrafts(as);
  let channelView;
  let threadView;

  /** A reply that was complete in time needs no stop. */
  const tellRefusal = (sending, isStop) =>
    sending.catch((error) => {
      if (!isStop || error.status !== 409) toast(error.message);
    });
  const actions = {
    problem: toast,
    openThread: (view) => go(view.channel, view.id),
    async change(view, text, editId) {
      const { message } = await api.change(view, text, editId);
      for (const pane of [channelView, threadView])
        pane?.list.apply({ kind: "message", channel: message.channel, message });
    },
    async remove(view) {
      const sure = await confirmDialog({
        title: "Delete this message?",
        text: "Parley forgets it as well. This can't be undone.",
        action: "Delete",
      });
      if (sure) await api.remove(view).catch((error) => toast(error.message));
    },
    press: (view, action) => tellRefusal(api.press(view, action), action === "stop"),
    pressNotice: (id, action) => tellRefusal(api.pressNotice(id, action), false),
    /** A form keeps the place in which it was opened. */
    fill(spot, form) {
      openForm(form, { send: async (filled) => (await api.fill(spot, filled))?.problems ?? {} });
    },
    async choose(spot, view, command) {
      try {
        const answer = await api.choose(view, command);
        if (answer?.form) actions.fill(spot, answer.form);
        // The answer comes where the thread is.
        else if (!spot.thread && view.answers) go(view.channel, view.id);
      } catch (error) {
        toast(error.message);
      }
    },
  };

  const sidebar = createSidebar({
    el: $("sidebar"),
    workspace,
    onOpen: (id) => go(id),
    onSwitch: () => switcher.open(),
    onPerson: (id) => (location.href = `/?as=${id}${location.hash}`),
    onClose: () => showMenu(false),
  });
  const switcher = createSwitcher({ workspace, onOpen: (id) => go(id) });

  const showMenu = (open) => {
    app.classList.toggle("menu-open", open);
    if (open) $("sidebar").querySelector("[aria-current], .channel").focus();
  };
  $("scrim").addEventListener("click", () => showMenu(false));

  if (facts.banner.length > 0) {
    const text = facts.banner.map((html) => setSafeHtml(h("div"), html));
    $("banner").replaceChildren(icon("spark"), h("div", { class: "banner-text" }, text));
    $("banner").hidden = false;
  }

  function listFor(spot, label, intro) {
    return createMessageList({ spot, workspace, api, outbox, actions, intro, label });
  }

  function composerFor(spot, list, placeholder, id) {
    return createComposer({
      spot,
      workspace,
      drafts,
      placeholder,
      id,
      offer: async (written) => (await api.completions(spot.channel, written)).completions,
      onEditLast: () => list.editLast(),
      async onSend(text) {
        list.toEnd();
        const message = await list.deliver({
          ...spot,
          clientId: crypto.randomUUID(),
          text,
          sentAt: Date.now(),
        });
        const answersInThread =
          message &&
          !spot.thread &&
          workspace.channelOf(spot.channel).kind !== "direct" &&
          /@parley\b(?!\s*[:,]?\s*\/)/i.test(text);
        if (answersInThread && channelView.channel.id === spot.channel) go(spot.channel, message.id);
      },
    });
  }

  function openChannel(channel) {
    const spot = { channel: channel.id };
    const title = channel.kind === "direct" ? "Parley" : channel.name;
    const intro = introFor(channel, (text) => composer.fill(text));
    const list = listFor(
      spot,
      channel.kind === "direct" ? "Messages with Parley" : `Messages in ${channel.name}`,
      intro,
    );
    const composer = composerFor(
      spot,
      list,
      channel.kind === "direct" ? "Message Parley" : `Message #${channel.name}`,
      "composer",
    );
    $("channel").replaceChildren(
      h(
        "header",
        { class: "pane-head" },
        iconButton("menu", "Channel list", () => showMenu(true), { class: "icon-button phone-only" }),
        h(
          "h1",
          {},
          channel.kind === "direct"
            ? avatar(workspace.memberOf(workspace.parley), "small")
            : icon(channel.kind === "private" ? "lock" : "hash"),
          h("span", {}, title),
        ),
        h("p", { class: "topic" }, channel.topic),
      ),
      list.el,
      composer.el,
    );
    channelView = { channel, list, composer };
    sidebar.select(channel.id);
    void list.load().catch((error) => toast(error.message));
    if (!isTouch()) composer.focus();
  }

  function openThread(channel, root) {
    const spot = { channel: channel.id, thread: root };
    const list = listFor(spot, "Thread", undefined);
    const composer = composerFor(spot, list, "Reply…", "thread-composer");
    $("thread").replaceChildren(
      h(
        "header",
        { class: "pane-head" },
        iconButton("back", "Back to the channel", () => go(channel.id), { class: "icon-button phone-only" }),
        h("h2", {}, "Thread"),
        h("p", { class: "topic" }, `#${channel.name}`),
        iconButton("close", "Close thread", () => go(channel.id), { class: "icon-button wide-only" }),
      ),
      list.el,
      composer.el,
    );
    threadView = { root, list, composer };
    $("thread").hidden = false;
    app.dataset.panel = "thread";
    void list.load().catch((error) => {
      toast(error.message);
      go(channel.id);
    });
    if (!isTouch()) composer.focus();
  }

  function closeThread() {
    threadView = undefined;
    $("thread").hidden = true;
    $("thread").replaceChildren();
    app.dataset.panel = "none";
  }

  /** The address says what is open, so that back, forward and reload do what one expects. */
  function go(channel, root) {
    const hash = `#/${channel}${root ? `/${root}` : ""}`;
    if (location.hash === hash) route();
    else location.hash = hash;
  }

  function route() {
    const [, id, root] = location.hash.split("/");
    const channel = workspace.channelOf(id) ?? workspace.channels[0];
    showMenu(false);
    if (channelView?.channel.id !== channel.id) {
      closeThread();
      openChannel(channel);
    }
    const hadThread = threadView !== undefined;
    if (root && channel.kind !== "direct") {
      if (threadView?.root !== root) openThread(channel, root);
    } else closeThread();
    if (hadThread && !threadView && !isTouch()) channelView.composer.focus();
    document.title = `${channel.kind === "direct" ? "Parley" : `#${channel.name}`} · ${workspace.name}`;
  }

  const reload = (view) => view?.list.load().catch((error) => toast(error.message));
  addEventListener("hashchange", route);
  // What leads elsewhere in here opens here, for whoever looks.
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { origin, pathname, hash } = new URL(link.href);
    if (origin !== location.origin || pathname !== "/" || !hash.startsWith("#/")) return;
    event.preventDefault();
    location.hash = hash;
  });
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      switcher.open();
    } else if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      if (app.classList.contains("menu-open")) showMenu(false);
      else if (threadView) go(channelView.channel.id);
    }
  });
  route();

  connectEvents(api.eventsUrl, {
    onOpen() {
      void reload(channelView);
      void reload(threadView);
    },
    onState(up) {
      $("connection").hidden = up;
      $("connection").textContent = up ? "" : "Connection lost. Trying again…";
    },
    onEvent(event) {
      for (const view of [channelView, threadView]) if (view && !view.list.apply(event)) void reload(view);
      if (
        event.kind === "message" &&
        event.channel !== channelView.channel.id &&
        event.message.author !== as &&
        !event.message.writing &&
        !event.message.editedAt
      )
        sidebar.bump(event.channel);
    },
  });
}
