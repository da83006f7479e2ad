import type { IncomingMessage, ServerResponse } from "node:http";

import type { createApi } from "./api.ts";
import type { createFiles } from "./files.ts";
import { sendText } from "./http.ts";
import type { ResponseUrls } from "./response-urls.ts";

export interface RouterDeps {
  readonly api: ReturnType<typeof createApi>;
  readonly files: ReturnType<typeof createFiles>;
  readonly responseUrls: ResponseUrls;
}

/** Everything that the app reaches over HTTP: the Web API, files, uploads and response URLs. */
export function createRouter({ api, files, responseUrls }: RouterDeps) {
  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const method = /^\/api\/([\w.]+)$/.exec(pathname)?.[1];
    if (method !== undefined) return api.handle(request, response, method);
    if (pathname.startsWith("/files-pri/")) return files.download(request, response, pathname);
    if (pathname.startsWith("/upload/v1/")) return files.upload(request, response, pathname);
    if (responseUrls.has(pathname)) return responseUrls.handle(request, response, pathname);
    // Where links without a token end: a page to sign in.
    if (pathname === "/") return sendText(response, 200, "<!DOCTYPE html><title>Sign in | Slack</title>");
    sendText(response, 404, "<!DOCTYPE html><title>There's been a glitch…</title>");
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    // The client went away while it was sending.
    route(request, response).catch(() => response.destroy());
  };
}
