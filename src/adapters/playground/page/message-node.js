import { createButtons } from "./buttons.js";
import { avatar, h, icon, iconButton, setSafeHtml } from "./dom.js";
import { createFiles } from "./files.js";
import { formatAgo, formatClock, formatFull, formatTime, plural } from "./format.js";

/** Characters from which a person's message is folded. */
const longChars = 3000;

/**
 * One message on the page. `update` shows another version of it, `grow` the next step of a text that is being written;
 * `grow` answers false when a step is missing and the message must be fetched again.
 */
export function createMessageNode(view, { workspace, actions, isThread }) {
  const author = workspace.memberOf(view.author);
  const own = view.author === workspace.me.id;
  const body = h("div", { class: "body" });
  const attached = h("div", {});
  const foot = h("div", { class: "foot" });
  const toolbar = h("div", { class: "actions", role: "toolbar", "aria-label": "Message actions" });
  const time = h(
    "time",
    { class: "time", datetime: new Date(view.sentAt).toISOString(), title: formatFull(view.sentAt) },
    formatTime(view.sentAt),
  );
  const head = h(
    "div",
    { class: "head" },
    h("span", { class: "name" }, author.name),
    author.role === "bot" && h("span", { class: "tag bot" }, "App"),
    author.role === "guest" && h("span", { class: "tag" }, "Guest"),
    time,
  );
  const gutterTime = h("span", { class: "gutter-time", "aria-hidden": "true" }, formatClock(view.sentAt));
  const el = h(
    "li",
    {
      class: "message",
      id: `message-${isThread ? "t-" : ""}${view.id}`,
      tabindex: "-1",
      data: { id: view.id },
    },
    h("div", { class: "gutter" }, avatar(author), gutterTime),
    h("div", { class: "content" }, head, body, attached, foot),
    toolbar,
  );
  let current = view;
  let expanded = false;

  function blockNode(html) {
    const node = setSafeHtml(h("div", { class: "block" }), html);
    for (const figure of node.querySelectorAll("figure.code")) figure.append(copyButton(figure));
    return node;
  }

  function showBlocks(from, blocks) {
    while (body.children.length > from) body.lastChild.remove();
    body.append(...blocks.map(blockNode));
  }

  function showBehalf() {
    const { onBehalfOf } = current;
    if (!onBehalfOf || current.deleted || head.nextSibling !== body) return;
    const member = workspace.memberOf(onBehalfOf.person);
    body.before(h("p", { class: "behalf" }, h("b", {}, `@${member.name}`), ` ${onBehalfOf.says}`));
  }

  /** Built anew only where the files are others: a picture that is shown stays. */
  function showFiles() {
    const files = current.deleted ? [] : (current.files ?? []);
    const ids = files.map(({ id }) => id).join(" ");
    if (attached.dataset.ids === ids) return;
    attached.dataset.ids = ids;
    attached.replaceChildren(...(files.length > 0 ? [createFiles(files, workspace.me.id)] : []));
  }

  function showFoot() {
    foot.replaceChildren();
    const long = current.author !== workspace.parley && current.text.length > longChars;
    body.classList.toggle("folded", long && !expanded);
    if (long) {
      const toggle = () => {
        expanded = !expanded;
        showFoot();
      };
      foot.append(
        h(
          "button",
          { type: "button", class: "link-button", "aria-expanded": String(expanded), on: { click: toggle } },
          expanded ? "Show less" : "Show all",
        ),
      );
    }
    if (current.editedAt && !current.deleted)
      foot.append(h("span", { class: "edited", title: formatFull(current.editedAt) }, "(edited)"));
    if (current.writing) {
      foot.append(
        h(
          "button",
          { type: "button", class: "stop", on: { click: () => actions.press(current, "stop") } },
          icon("stop"),
          "Stop",
        ),
      );
    }
    if (current.buttons?.length > 0 && !current.writing && !current.deleted)
      foot.append(createButtons(current.buttons, (action) => actions.press(current, action)));
    if (current.undelivered && current.state !== "sending") foot.append(...failedParts(current, actions));
    if (current.state === "sending") foot.append(h("span", { class: "sending" }, "Sending…"));
    if (current.answers && !isThread) foot.append(answersButton());
  }

  function answersButton() {
    const { replies, people, lastAt } = current.answers;
    return h(
      "button",
      { type: "button", class: "answers", on: { click: () => actions.openThread(current) } },
      h(
        "span",
        { class: "faces" },
        people.slice(0, 4).map((id) => avatar(workspace.memberOf(id), "small")),
      ),
      h("span", { class: "count" }, plural(replies, "reply", "replies")),
      current.activity
        ? h("span", { class: "last busy" }, current.activity)
        : lastAt && h("span", { class: "last" }, `Last reply ${formatAgo(lastAt)}`),
      icon("chevron"),
    );
  }

  function showToolbar() {
    const { me } = workspace;
    const settled = !current.deleted && !current.undelivered && !current.state;
    const parts = [];
    if (settled && !isThread && actions.openThread)
      parts.push(iconButton("reply", "Reply in thread", () => actions.openThread(current)));
    if (settled && !current.writing)
      parts.push(iconButton("copy", "Copy text", (event) => copy(event.currentTarget, current.text)));
    if (settled && !current.writing && actions.choose)
      for (const { command, label } of workspace.menu)
        parts.push(iconButton(command, label, () => actions.choose(current, command)));
    if (settled && own) parts.push(iconButton("edit", "Edit message", () => startEdit()));
    if (settled && (own || me.role === "admin"))
      parts.push(iconButton("trash", "Delete message", () => actions.remove(current)));
    toolbar.replaceChildren(...parts);
    toolbar.hidden = parts.length === 0;
  }

  function startEdit() {
    if (el.classList.contains("editing") || !own || current.deleted) return;
    const box = h("textarea", { class: "edit-box", "aria-label": "Edit your message", rows: "1" });
    box.value = current.text;
    const fit = () => {
      box.style.height = "auto";
      box.style.height = `${Math.min(box.scrollHeight + 2, 320)}px`;
    };
    const end = () => {
      el.classList.remove("editing");
      form.remove();
      actions.editEnded(el);
    };
    const editId = crypto.randomUUID();
    const problem = h("p", { class: "problem", role: "alert", hidden: true });
    const save = async (event) => {
      event?.preventDefault();
      if (box.value.trim() === current.text) return end();
      if (box.value.trim() === "") return actions.remove(current);
      try {
        await actions.change(current, box.value, editId);
        end();
      } catch (error) {
        problem.hidden = false;
        problem.textContent = error.message;
      }
    };
    const form = h(
      "form",
      { class: "edit-form", on: { submit: save } },
      box,
      problem,
      h(
        "div",
        { class: "edit-buttons" },
        h("button", { type: "button", class: "button quiet", on: { click: end } }, "Cancel"),
        h("button", { class: "button" }, "Save"),
      ),
    );
    box.addEventListener("input", fit);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        end();
      } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) void save(event);
    });
    el.classList.add("editing");
    body.after(form);
    fit();
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  }

  function update(next) {
    const answers = next.answers ?? current.answers;
    const activity = "activity" in next ? next.activity : current.activity;
    const sameBlocks = next.version === current.version && body.children.length > 0;
    current = { ...next, ...(answers && { answers }), ...(activity && { activity }) };
    el.classList.toggle("writing", current.writing === true);
    el.classList.toggle("deleted", current.deleted === true);
    el.classList.toggle("unsent", current.undelivered === true || current.state !== undefined);
    if (current.deleted) body.replaceChildren(h("p", { class: "gone" }, "This message was deleted."));
    else if (!sameBlocks) showBlocks(0, current.blocks);
    showBehalf();
    showFiles();
    showFoot();
    showToolbar();
  }

  update(view);
  return {
    el,
    startEdit,
    update,
    get view() {
      return current;
    },
    grow(step) {
      if (step.version <= current.version) return true;
      if (step.base !== current.version) return false;
      showBlocks(step.from, step.blocks);
      current = { ...current, version: step.version };
      return true;
    },
  };
}

function failedParts(view, actions) {
  return [
    h(
      "span",
      { class: "failed", role: "alert" },
      icon("alert"),
      view.problem ?? "Parley hasn't taken this in.",
    ),
    h(
      "button",
      { type: "button", class: "link-button", on: { click: () => actions.sendAgain(view) } },
      "Send again",
    ),
    h(
      "button",
      { type: "button", class: "link-button quiet", on: { click: () => actions.discard(view) } },
      "Discard",
    ),
  ];
}

function copyButton(figure) {
  return h(
    "button",
    {
      type: "button",
      class: "copy-code",
      "aria-label": "Copy code",
      title: "Copy code",
      on: { click: (event) => copy(event.currentTarget, figure.querySelector("code").textContent) },
    },
    icon("copy"),
  );
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.replaceChildren(icon("check"));
    setTimeout(() => button.replaceChildren(icon("copy")), 1500);
  } catch {
    button.title = "The browser didn't allow copying.";
  }
}
