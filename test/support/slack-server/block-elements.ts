import { across, anything, both, byType, flag, list, oneOf, shape, text } from "./rules.ts";
import type { Fields, Rule } from "./rules.ts";

// docs.slack.dev/reference/block-kit/block-elements and composition-objects; the numbers also stand in
// @slack/types block-kit/block-elements and composition-objects.

export function plainText(maxChars: number): Rule {
  return shape({ type: oneOf("plain_text"), text: text(maxChars) }, { emoji: flag });
}

export function anyText(maxChars: number): Rule {
  return byType({
    plain_text: plainText(maxChars),
    mrkdwn: shape({ type: anything, text: text(maxChars) }, { verbatim: flag }),
  });
}

const confirm = shape(
  { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
  { style: oneOf("primary", "danger") },
);
const option = shape({ text: anyText(75), value: text(150) }, { description: anyText(75), url: text(3_000) });
const optionGroup = shape({ label: plainText(75), options: list(option, { most: 100 }) });

const actionable: Fields = { action_id: text(255) };
const value = text(2_000, 0);
const label = text(75);

function element(required: Fields, optional: Fields = {}): Rule {
  return shape({ type: anything, ...required }, { ...actionable, ...optional });
}

const feedbackButton = shape({ text: plainText(75), value: text(2_000) }, { accessibility_label: label });

const button = element(
  { text: plainText(75) },
  {
    value,
    url: text(3_000),
    style: oneOf("primary", "danger"),
    confirm,
    accessibility_label: label,
  },
);

const menu: Fields = { placeholder: plainText(150), confirm, focus_on_load: flag };
const staticMenu: Rule = both(
  element(
    {},
    {
      ...menu,
      options: list(option, { most: 100 }),
      option_groups: list(optionGroup, { most: 100 }),
      initial_option: option,
      initial_options: list(option, { most: 100 }),
      max_selected_items: anything,
    },
  ),
  across(({ options, option_groups }) =>
    (options === undefined) === (option_groups === undefined)
      ? "must define either `options` or `option_groups`"
      : undefined,
  ),
);
/** What Parley never sends is looked at no closer. */
const looseMenu = anything;

const choices = element(
  { options: list(option, { most: 10 }) },
  { initial_options: anything, initial_option: anything, confirm, focus_on_load: flag },
);

export const image: Rule = both(
  shape(
    { type: anything, alt_text: text(2_000) },
    { image_url: text(3_000), slack_file: anything, title: plainText(2_000), block_id: text(255) },
  ),
  across(({ image_url, slack_file }) =>
    (image_url === undefined) === (slack_file === undefined)
      ? "must define either `image_url` or `slack_file`"
      : undefined,
  ),
);

/** docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const plainTextInput: Rule = both(
  element(
    {},
    {
      initial_value: text(3_000, 0),
      multiline: flag,
      min_length: anything,
      max_length: anything,
      placeholder: plainText(150),
      dispatch_action_config: anything,
      focus_on_load: flag,
    },
  ),
  across(({ initial_value: initial = "", max_length: max = 3_000 }) => {
    if (typeof max !== "number" || max < 1 || max > 3_000) return "max_length must be from 1 to 3000";
    return String(initial).length > max ? "initial_value is longer than max_length" : undefined;
  }),
);

const inputs: Fields = {
  plain_text_input: plainTextInput,
  email_text_input: looseMenu,
  url_text_input: looseMenu,
  number_input: looseMenu,
  rich_text_input: looseMenu,
  file_input: looseMenu,
};

const choosers: Fields = {
  checkboxes: choices,
  radio_buttons: choices,
  datepicker: looseMenu,
  timepicker: looseMenu,
  datetimepicker: looseMenu,
  static_select: staticMenu,
  multi_static_select: staticMenu,
  external_select: looseMenu,
  multi_external_select: looseMenu,
  users_select: looseMenu,
  multi_users_select: looseMenu,
  conversations_select: looseMenu,
  multi_conversations_select: looseMenu,
  channels_select: looseMenu,
  multi_channels_select: looseMenu,
};

const overflow = element({ options: list(option, { most: 5 }) }, { confirm });
const workflowButton = element({ text: plainText(75), workflow: anything }, { style: anything });

/** Elements of an `actions` block. */
export const actionElement = byType({ button, overflow, workflow_button: workflowButton, ...choosers });

/** The `accessory` of a section. */
export const accessory = byType({ button, overflow, workflow_button: workflowButton, image, ...choosers });

/** The `element` of an `input` block. */
export const inputElement = byType({ ...inputs, ...choosers });

/** Elements of a `context_actions` block. */
export const contextAction = byType({
  feedback_buttons: element({ positive_button: feedbackButton, negative_button: feedbackButton }),
  icon_button: element(
    { icon: oneOf("trash"), text: plainText(75) },
    { value, confirm, accessibility_label: label, visible_to_user_ids: anything },
  ),
});

/** Elements of a `context` block. */
export const contextElement = byType({
  image,
  plain_text: plainText(3_000),
  mrkdwn: anyText(3_000),
});
