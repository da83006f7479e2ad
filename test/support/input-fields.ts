import type { Attachment, Author, PlatformEvent } from "../../src/core/event.ts";
import type { FilledForm } from "../../src/core/form.ts";
import type { PersonaSpec } from "../../src/core/persona.ts";
import type { ChannelFacts, HistoryMessage, PersonFacts } from "../../src/core/platform.ts";

/** What becomes of one thing that the program can read from outside. */
type Treatment =
  /** An id, a time, a number or a choice of ours: no words of anybody's. */
  | "no words"
  /** Words that enter no prompt: they are looked up, shown to people or written down. */
  | "never in a prompt"
  /** Made of the fields that are listed elsewhere here. */
  | "parts"
  /** Judged before anything else: the test of that name shows it. */
  | { readonly judged: string };

type Event<Kind extends PlatformEvent["kind"]> = Extract<PlatformEvent, { readonly kind: Kind }>;

const judged = (test: string): Treatment => ({ judged: test });

const spot = {
  kind: "no words",
  deliveryIds: "no words",
  conversation: "no words",
  place: "no words",
} as const;
const said = {
  ...spot,
  message: "no words",
  sentAt: "no words",
  author: "parts",
  attachments: "parts",
  channelKind: "no words",
  answers: "no words",
  addressed: "no words",
} as const;

/**
 * Every field of everything that comes in from a platform or from a person's file, and what becomes of it. A field that is new has
 * to be put here before the program can be checked, and where its words can reach a prompt, with a test that shows that
 * they are judged first.
 */
export const inputFields = {
  message: { ...said, text: judged("a message"), editedAt: "no words", allowed: "no words" },
  edited: { ...said, text: judged("an edit"), editedAt: "no words" },
  deleted: { ...spot, message: "no words", deletedAt: "no words" },
  pressed: {
    ...spot,
    action: "no words",
    press: "no words",
    sentAt: "no words",
    by: "parts",
    channelKind: "no words",
    message: "no words",
    answerTo: "never in a prompt",
  },
  reacted: {
    kind: "no words",
    deliveryIds: "no words",
    place: "no words",
    opinion: "no words",
    isOn: "no words",
    by: "no words",
    at: "no words",
    message: "no words",
  },
  command: {
    ...spot,
    command: "no words",
    message: "no words",
    sentAt: "no words",
    by: "parts",
    channelKind: "no words",
    reading: judged("a command's words"),
    attachments: "parts",
    form: "parts",
    about: "no words",
    answerTo: "never in a prompt",
  },
  ignored: { kind: "no words", reason: "never in a prompt" },
  author: { id: "no words", name: judged("a display name"), isBot: "no words" },
  attachment: {
    id: "no words",
    name: judged("a file and its name (attachments.test.ts)"),
    mediaType: "never in a prompt",
    sizeBytes: "no words",
    altText: "never in a prompt",
  },
  form: { values: judged("a form's fields"), version: "no words" },
  history: {
    message: "no words",
    author: "parts",
    sentAt: "no words",
    text: judged("earlier history"),
    editedAt: "no words",
    attachments: "parts",
    isOwn: "no words",
  },
  channel: { name: judged("names in a persona"), kind: "no words" },
  person: { name: judged("a display name"), isAdmin: "no words", isGuest: "no words", isBot: "no words" },
  persona: {
    name: "never in a prompt",
    title: judged("a persona's parts"),
    template: "no words",
    constraints: "no words",
    instructions: judged("a persona's parts"),
    examples: judged("a persona's parts"),
    model: "no words",
    parameters: "no words",
  },
} as const satisfies { readonly [Kind in PlatformEvent["kind"]]: All<Event<Kind>> } & {
  readonly author: All<Author>;
  readonly attachment: All<Attachment>;
  readonly form: All<FilledForm>;
  readonly history: All<HistoryMessage>;
  readonly channel: All<ChannelFacts>;
  readonly person: All<PersonFacts>;
  readonly persona: All<PersonaSpec>;
};

type All<T> = { readonly [Key in keyof Required<T>]: Treatment };

/** The tests that fields are judged by. */
export function judgedBy(): readonly string[] {
  const treatments = Object.values(inputFields).flatMap((fields): readonly Treatment[] =>
    Object.values(fields),
  );
  const tests = treatments.flatMap((each) => (typeof each === "object" ? [each.judged] : []));
  return [...new Set(tests)];
}

/** The list as a page for people. */
export function writeCoverage(): string {
  const rows = Object.entries(inputFields).flatMap(([kind, fields]) =>
    Object.entries<Treatment>(fields).map(
      ([field, treatment]) =>
        `| ${kind} | \`${field}\` | ${typeof treatment === "object" ? `judged first: *${treatment.judged}*` : treatment} |`,
    ),
  );
  return [
    "# What comes in, and what is judged",
    "",
    "Every field of everything that Parley reads from a platform, a form or a file of personas. It is written from `test/support/input-fields.ts`,",
    "where the type checker asks for every field there is; the tests that it names are in `test/platforms/coverage.test.ts`.",
    "",
    "| from | field | what becomes of it |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
