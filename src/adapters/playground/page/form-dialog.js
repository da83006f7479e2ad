import { h, icon } from "./dom.js";

let forms = 0;

/**
 * A form that a command opened, as a dialog. `send` takes what was filled in and answers what is wrong with it, field by
 * field; the dialog stays, with everything in it, until it was taken in or is given up.
 */
export function openForm(form, { send }) {
  const prefix = `form-${(forms += 1)}`;
  const fields = form.fields.map((field) => createField(field, `${prefix}-${field.name}`));
  const problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  const save = h("button", { class: "button", type: "submit" }, form.submit);
  const title = `${prefix}-title`;
  const close = () => dialog.close();
  // Sent again after a lost answer it is the same form.
  const clientId = crypto.randomUUID();

  function say(text) {
    problem.hidden = text === "";
    problem.textContent = text;
  }

  async function submit(event) {
    event.preventDefault();
    const values = Object.fromEntries(fields.map(({ name, read }) => [name, read()]));
    save.disabled = true;
    try {
      const problems = await send({ key: form.key, values, clientId });
      for (const field of fields) field.mark(problems[field.name]);
      const wrong = fields.find(({ name }) => problems[name]);
      if (Object.keys(problems).length === 0) return close();
      say(wrong ? "" : Object.values(problems).join(" "));
      wrong?.focus();
    } catch (error) {
      say(error.message);
    } finally {
      save.disabled = false;
    }
    return undefined;
  }

  const dialog = h(
    "dialog",
    { class: "form-dialog", "aria-labelledby": title },
    h(
      "form",
      { novalidate: true, on: { submit } },
      h(
        "header",
        {},
        h("h2", { id: title }, form.title),
        h(
          "button",
          { type: "button", class: "icon-button", "aria-label": "Close", on: { click: close } },
          icon("close"),
        ),
      ),
      h(
        "div",
        { class: "form-fields" },
        fields.map(({ el }) => el),
      ),
      h(
        "footer",
        {},
        problem,
        h("button", { type: "button", class: "button quiet", on: { click: close } }, "Cancel"),
        save,
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  fields[0]?.focus();
}

function createField(field, id) {
  const { input, read } = inputs[field.kind](field, id);
  const wrong = h("p", { class: "field-problem", id: `${id}-problem`, hidden: true });
  const help = field.help && h("p", { class: "field-help", id: `${id}-help` }, field.help);
  const label = [field.label, !field.optional && h("span", { class: "needed", "aria-hidden": "true" }, " *")];
  const isGroup = field.kind === "choices";
  if (help) input.setAttribute("aria-describedby", help.id);
  return {
    name: field.name,
    el: h(
      isGroup ? "fieldset" : "div",
      { class: `field field-${field.kind}` },
      isGroup ? h("legend", {}, label) : h("label", { for: id }, label),
      input,
      wrong,
      help,
    ),
    read,
    mark(text) {
      wrong.hidden = !text;
      wrong.textContent = text ?? "";
      input.toggleAttribute("aria-invalid", Boolean(text));
      if (text) input.setAttribute("aria-invalid", "true");
      const described = [text && wrong.id, help?.id].filter(Boolean).join(" ");
      if (described) input.setAttribute("aria-describedby", described);
    },
    focus: () => (isGroup ? input.querySelector("input") : input).focus(),
  };
}

const inputs = {
  text(field, id) {
    const props = {
      id,
      maxlength: field.maxChars,
      placeholder: field.placeholder,
      "aria-required": field.optional ? undefined : "true",
    };
    const input = field.isLong
      ? h("textarea", { ...props, rows: "4" })
      : h("input", { ...props, type: "text", autocomplete: "off", spellcheck: "false" });
    input.value = field.initial ?? "";
    return { input, read: () => input.value };
  },
  choice(field, id) {
    const options = (choices) =>
      choices.map(({ value, label }) => h("option", { value, selected: value === field.initial }, label));
    const groups = Map.groupBy(field.choices, ({ group }) => group);
    const input = h(
      "select",
      { id },
      [...groups].flatMap(([group, choices]) =>
        group ? [h("optgroup", { label: group }, options(choices))] : options(choices),
      ),
    );
    return { input, read: () => input.value };
  },
  choices(field, id) {
    const boxes = field.choices.map(({ value, label }, index) => {
      const box = h("input", { type: "checkbox", id: `${id}-${index}`, value });
      box.checked = field.initial.includes(value);
      return { box, el: h("label", { for: `${id}-${index}` }, box, label) };
    });
    const input = h(
      "div",
      { class: "boxes" },
      boxes.map(({ el }) => el),
    );
    const chosen = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
    return { input, read: () => chosen().join(",") };
  },
};
