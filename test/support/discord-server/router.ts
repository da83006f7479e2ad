import { refusal } from "./discord-error.ts";
import type { UploadedFile } from "./http.ts";

export interface RestRequest {
  readonly method: string;
  /** As in `/channels/:channel/messages`. */
  readonly route: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
}

/** What a route answers: a body for 200, `undefined` for 204. */
export type RouteHandler = (request: RestRequest) => unknown;
/** Keyed as `GET /channels/:channel`. */
export type Routes = Readonly<Record<string, RouteHandler>>;

export interface MatchedRoute {
  readonly route: string;
  readonly params: Readonly<Record<string, string>>;
  readonly handler: RouteHandler;
}

/** Finds the route of a path below `/api/v10`. */
export function createRouter(routes: Routes) {
  const table = Object.entries(routes).map(([key, handler]) => {
    const [method = "", route = ""] = key.split(" ");
    return { method, route, parts: route.split("/"), handler };
  });

  /** @throws DiscordError 404 or 405 */
  return function match(method: string, path: string): MatchedRoute {
    const parts = path.split("/").map(decodeURIComponent);
    const fitting = table.filter(
      (entry) =>
        entry.parts.length === parts.length &&
        entry.parts.every((part, index) => part.startsWith(":") || part === parts[index]),
    );
    const found = fitting.find((entry) => entry.method === method);
    if (!found) throw refusal(fitting.length > 0 ? "wrongMethod" : "noRoute");
    const named = found.parts.flatMap((part, index) =>
      part.startsWith(":") ? [[part.slice(1), parts[index] ?? ""] as const] : [],
    );
    return { route: found.route, params: Object.fromEntries(named), handler: found.handler };
  };
}

export type Router = ReturnType<typeof createRouter>;
