/** What the service refuses a request with: the status and the body that OpenAI sends. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    error: Partial<ErrorBody["error"]>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(error.message ?? `status ${status}`);
    this.status = status;
    this.body = {
      error: { message: this.message, type: "invalid_request_error", param: null, code: null, ...error },
    };
    this.headers = headers;
  }
}

export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

export function badRequest(
  message: string,
  param: string | null = null,
  code: string | null = null,
): Refusal {
  return new Refusal(400, { message, param, code });
}

export function wrongKey(key: string): Refusal {
  const message = key
    ? `Incorrect API key provided: ${key}. You can find your API key at https://platform.openai.com/account/api-keys.`
    : "You didn't provide an API key.";
  return new Refusal(401, { message, ...(key && { code: "invalid_api_key" }) });
}

export function unknownModel(model: string): Refusal {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`;
  return new Refusal(404, { message, code: "model_not_found" });
}
