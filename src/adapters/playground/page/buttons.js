import { h } from "./dom.js";

/** What the labels that are a sign alone mean to whoever doesn't see them. */
const spoken = { good: "Good answer", bad: "Not a good answer" };

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
          "aria-label": spoken[name] ?? label,
          title: spoken[name] ?? label,
          on: { click: send },
        },
        label,
      );
    }),
  );
}
