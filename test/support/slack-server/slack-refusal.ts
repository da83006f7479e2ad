/** What Slack answers as `{"ok":false,"error":…}`, with HTTP 200 (docs.slack.dev/apis/web-api, Evaluating responses). */
export class SlackRefusal extends Error {
  readonly body: Readonly<Record<string, unknown>>;

  constructor(error: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(error);
    this.body = { ok: false, error, ...extra };
  }
}

/** A refusal that says what was wrong with the arguments. */
export function invalidArguments(...messages: readonly string[]): SlackRefusal {
  return new SlackRefusal("invalid_arguments", {
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  });
}
