import { createButtons } from "./buttons.js";
import { avatar, h, icon, setSafeHtml } from "./dom.js";
import { createFiles } from "./files.js";
import { formatTime } from "./format.js";

/** What Parley says to one person alone. */
export function createNoticeNode(notice, { workspace, dismiss, press }) {
  const text = notice.blocks.map((html) => setSafeHtml(h("div", { class: "block" }), html));
  const head = h(
    "div",
    { class: "head" },
    h("span", { class: "name" }, "Parley"),
    h("span", { class: "tag bot" }, "App"),
    h("time", { class: "time" }, formatTime(notice.sentAt)),
  );
  return h(
    "li",
    { class: "message notice", tabindex: "-1" },
    h("div", { class: "gutter" }, avatar(workspace.memberOf(workspace.parley))),
    h(
      "div",
      { class: "content" },
      h("div", { class: "private" }, icon("eye"), "Only you can see this"),
      head,
      h("div", { class: "body" }, text),
      notice.files?.length > 0 && createFiles(notice.files, workspace.me.id),
      h(
        "div",
        { class: "foot" },
        notice.buttons?.length > 0 && createButtons(notice.buttons, press),
        h("button", { type: "button", class: "link-button", on: { click: dismiss } }, "Dismiss"),
      ),
    ),
  );
}
