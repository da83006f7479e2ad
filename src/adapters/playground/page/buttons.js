import { h, icon } from "./dom.js";

/** Those whose label is a sign alone: drawn, as not every machine has the sign, and said to whoever doesn't see it. */
const signs = {
  good: { drawn: "thumbUp", spoken: "Good answer" },
  bad: { drawn: "thumbDown", spoken: "Not a good answer" },
};

/**
 * A message's buttons. `press` sends an action, and rejects where it wasn't taken in; until then the button shows that it
 * is under way.
 */
export function createButtons(buttons, press) {
  return h(
    "div",
    { class: "buttons", role: "group", "aria-label": "What to do about this answer" },
    buttons.map(({ action, label, style }) => {
      const [name] = action.split(":");
      const sign = signs[name];
      const send = async ({ currentTarget }) => {
        currentTarget.setAttribute("aria-busy", "true");
        currentTarget.disabled = true;
        await press(action).catch(() => {});
        currentTarget.removeAttribute("aria-busy");
        currentTarget.disabled = false;
      };
      return h(
        "button",
        {
          type: "button",
          class: ["pill", style, `is-${name}`].filter(Boolean).join(" "),
          "aria-label": sign?.spoken ?? label,
          title: sign?.spoken ?? label,
          on: { click: send },
        },
        sign ? icon(sign.drawn) : label,
      );
    }),
  );
}
