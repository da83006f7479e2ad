/** `status` is 0 when the server could not be reached. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Talks to the server as one person. */
export function createApi(as) {
  async function call(method, path, body) {
    let response;
    try {
      response = await fetch(
        method === "GET" ? `${path}?${new URLSearchParams({ ...body, as })}` : path,
        method === "GET"
          ? { headers: { accept: "application/json" } }
          : {
              method,
              headers: { "content-type": "application/json" },
              body: JSON.stringify({ ...body, as }),
            },
      );
    } catch {
      throw new ApiError(0, "Parley can't be reached. Nothing is lost.");
    }
    if (response.status === 204 || response.status === 202) return undefined;
    const json = await response.json().catch(() => ({}));
    if (!response.ok)
      throw new ApiError(response.status, json.error ?? "That didn't work. Please try again.");
    return json;
  }
  const at = (channel, rest) => `/api/channels/${encodeURIComponent(channel)}/${rest}`;
  return {
    workspace: () => call("GET", "/api/workspace", {}),
    list: ({ channel, thread }, before) =>
      call(
        "GET",
        at(channel, thread ? `threads/${encodeURIComponent(thread)}` : "messages"),
        before ? { before } : {},
      ),
    send: ({ channel, thread }, { clientId, text }) =>
      call("POST", at(channel, "messages"), { clientId, text, ...(thread && { thread }) }),
    change: ({ channel, thread, id }, text, editId) =>
      call("PUT", at(channel, `messages/${id}`), { text, editId, ...(thread && { thread }) }),
    remove: ({ channel, thread, id }) =>
      call("DELETE", at(channel, `messages/${id}`), thread ? { thread } : {}),
    press: ({ channel, thread, id }, action) =>
      call("POST", at(channel, `messages/${id}/press`), {
        pressId: crypto.randomUUID(),
        action,
        ...(thread && { thread }),
      }),
    pressNotice: (id, action) =>
      call("POST", `/api/notices/${encodeURIComponent(id)}/press`, { pressId: crypto.randomUUID(), action }),
    completions: (channel, text) => call("GET", at(channel, "completions"), { text }),
    choose: ({ channel, thread, id }, command) =>
      call("POST", at(channel, `messages/${id}/menu`), {
        command,
        clientId: crypto.randomUUID(),
        ...(thread && { thread }),
      }),
    fill: ({ channel, thread }, filled) =>
      call("POST", at(channel, "forms"), { ...filled, ...(thread && { thread }) }),
    dismiss: (id) => call("DELETE", `/api/notices/${encodeURIComponent(id)}`, {}),
    eventsUrl: `/api/events?as=${encodeURIComponent(as)}`,
  };
}
