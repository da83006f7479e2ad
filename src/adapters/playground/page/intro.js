import { h, icon } from "./dom.js";

/** What stands above the first message: what this place is, and what to try in it. */
export function introFor(channel, onExample) {
  const direct = channel.kind === "direct";
  const kind = {
    public: "Everyone in the workspace can read along, but for guests.",
    private: "Only those who were invited can read along.",
    direct: "Only you and Parley can read along.",
  }[channel.kind];
  return h(
    "section",
    { class: "intro", "aria-label": "About this place" },
    h(
      "div",
      { class: "intro-mark" },
      direct
        ? h("img", { src: "/playground/icon.svg", alt: "" })
        : icon(channel.kind === "private" ? "lock" : "hash"),
    ),
    h("h2", {}, direct ? "You and Parley" : `Welcome to #${channel.name}`),
    h(
      "p",
      {},
      direct
        ? "Write as you would to a colleague; no mention is needed here. "
        : `${channel.topic}. Mention @Parley and it answers in a thread. `,
      kind,
    ),
    h("h3", {}, "Try one of these"),
    h(
      "ul",
      { class: "examples" },
      channel.examples.map((text) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "example", on: { click: () => onExample(text) } },
            icon("spark"),
            h("span", {}, text),
          ),
        ),
      ),
    ),
  );
}
