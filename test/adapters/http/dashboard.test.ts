import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { personKey } from "../../../src/core/ids.ts";
import type { PersonId, WorkspaceId } from "../../../src/core/ids.ts";
import { priced } from "../../support/prices.ts";
import { startParley } from "../../support/parley.ts";
import type { TestParley } from "../../support/parley.ts";

const webToken = "a-long-random-text";
const aCentAToken = ({ tokens }: { readonly tokens: { readonly output: number } }) =>
  priced(tokens.output * 10_000);

interface Sum {
  readonly data: {
    readonly title: string;
    readonly scopes: readonly string[];
    readonly of: string;
    readonly report: { readonly total: { readonly microUsd: number; readonly calls: number } };
    readonly top: readonly { readonly name: string }[];
  } | null;
}

interface ThreadsPage {
  readonly few?: string;
  readonly title?: string;
  readonly subtitle?: string;
  readonly chosen?: number;
  readonly groups?: readonly {
    readonly threads: readonly { readonly title: string; readonly channel: string; readonly link: string }[];
  }[];
}

describe("the dashboard", () => {
  let parley: TestParley;
  beforeEach(async () => {
    parley = await startParley("", { priceOf: aCentAToken, env: { PARLEY_WEB_TOKEN: webToken } });
  });
  afterEach(() => parley[Symbol.asyncDispose]());

  /** The secret of a link that somebody was sent in chat. */
  async function linkOf(as: "ada" | "ben" | "chloe", channel = "general"): Promise<string> {
    await call("POST", `/api/channels/${channel}/messages`, {
      body: { as, clientId: crypto.randomUUID(), text: "@Parley /parley dashboard" },
      token: true,
    });
    for (let tries = 0; tries < 400; tries++) {
      const listing = await call("GET", `/api/channels/${channel}/messages?as=${as}`, { token: true });
      const { notices } = (await listing.json()) as { readonly notices: readonly { blocks: string[] }[] };
      const secrets = notices.map(({ blocks }) => /dashboard\/in#([\w-]+)/.exec(blocks.join(""))?.[1]);
      const last = secrets.findLast((each) => each !== undefined);
      if (last !== undefined && !used.has(last)) {
        used.add(last);
        return last;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error("no link came");
  }
  const used = new Set<string>();

  function call(
    method: string,
    path: string,
    options: {
      readonly body?: unknown;
      readonly cookie?: string;
      readonly token?: true;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<Response> {
    const { body, cookie, token, headers = {} } = options;
    return fetch(`${parley.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        origin: parley.url,
        ...(token && { authorization: `Bearer ${webToken}` }),
        ...(cookie !== undefined && { cookie }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  const signIn = (body: unknown) => call("POST", "/dashboard/api/sign-in", { body });
  const cookieIn = (response: Response) => response.headers.get("set-cookie")?.split(";")[0] ?? "";

  async function sessionOf(as: "ada" | "ben" | "chloe", channel?: string): Promise<string> {
    const response = await signIn({ link: await linkOf(as, channel) });
    expect(response.status).toBe(204);
    return cookieIn(response);
  }

  async function costs(cookie: string, query = ""): Promise<Sum["data"]> {
    const response = await call("GET", `/dashboard/api/pages/costs${query}`, { cookie });
    expect(response.status).toBe(200);
    return ((await response.json()) as Sum).data;
  }

  async function ask(as: "ada" | "ben", channel: string, text: string): Promise<void> {
    parley.openai.reply("Yes.");
    const before = parley.openai.chatRequests.length;
    await call("POST", `/api/channels/${channel}/messages`, {
      body: { as, clientId: crypto.randomUUID(), text },
      token: true,
    });
    for (let tries = 0; parley.openai.chatRequests.length === before && tries < 500; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await parley.openai.chatRequests.at(-1)?.closed;
  }

  it("opens a link once, in a browser alone, and keeps nothing that opens anything", async () => {
    const link = await linkOf("ben");
    // What looks at a link without opening it leaves it as it is, and the page itself knows nothing.
    for (const path of ["/dashboard/in", "/dashboard"])
      expect((await call("GET", path)).headers.get("content-type")).toContain("text/html");
    const [first, second] = await Promise.all([signIn({ link }), signIn({ link })]);
    const statuses = [first.status, second.status].toSorted((a, b) => a - b);
    expect(statuses).toEqual([204, 401]);
    expect((await signIn({ link })).status).toBe(401);
    const cookie = (first.ok ? first : second).headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).toMatch(/Path=\/dashboard/);
    const { items } = await parley.storage.records.list("web-sessions", "due", "due", { limit: 10 });
    const stored = JSON.stringify(items);
    expect(items).toHaveLength(1);
    expect(stored).not.toContain(link);
    expect(stored).not.toContain(cookie.split(";")[0]?.split("=")[1]);
    expect(JSON.stringify(parley.log)).not.toContain(link);
  });

  it("lets nobody in with what isn't theirs, and few attempts a minute", async () => {
    for (const path of ["me", "pages/costs", "pages/live", "events"])
      expect((await call("GET", `/dashboard/api/${path}`)).status, path).toBe(401);
    const forged = "parley_dashboard=forged";
    expect((await call("GET", "/dashboard/api/me", { cookie: forged })).status).toBe(401);
    expect((await signIn({ link: "forged" })).status).toBe(401);
    expect((await signIn({ token: `${webToken}x` })).status).toBe(401);
    expect((await signIn({ link: "a", token: webToken })).status).toBe(400);
    const foreign = { origin: "https://evil.example" };
    expect(
      (await call("POST", "/dashboard/api/sign-in", { body: { token: webToken }, headers: foreign })).status,
    ).toBe(403);
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) statuses.push((await signIn({ token: "guess" })).status);
    expect(statuses).toContain(429);
    expect((await signIn({ token: webToken })).status).toBe(429);
  });

  it("shows an admin everything, and others what is theirs", async () => {
    await ask("ben", "general", "@Parley is it?");
    await ask("ada", "leadership", "@Parley is it secret?");
    const [ada, ben] = [await sessionOf("ada"), await sessionOf("ben")];
    const all = await costs(ada);
    expect(all).toMatchObject({ of: "workspace", scopes: ["workspace", "channel", "mine"] });
    const own = await costs(ben, "?of=workspace&by=person");
    expect(own).toMatchObject({ of: "mine", scopes: ["mine"], top: [] });
    expect(all?.report.total.microUsd).toBe(2 * (own?.report.total.microUsd ?? 0));
    expect(all?.top.map(({ name }) => name)).toEqual(expect.arrayContaining(["general", "leadership"]));
    expect((await call("GET", "/dashboard/api/pages/live", { cookie: ben })).status).toBe(404);
    const live = await call("GET", "/dashboard/api/pages/live", { cookie: ada });
    expect(await live.json()).toMatchObject({
      data: { parts: expect.arrayContaining([expect.objectContaining({ name: "storage", ok: true })]) },
    });
    const me = (await (await call("GET", "/dashboard/api/me", { cookie: ben })).json()) as object;
    expect(me).toMatchObject({
      isAdmin: false,
      pages: [
        { id: "costs", title: "Costs" },
        { id: "threads", title: "Threads" },
      ],
    });
  });

  it("shows who has the web token every workspace, and no private channel by name", async () => {
    await ask("ada", "leadership", "@Parley is it secret?");
    const response = await signIn({ token: webToken });
    expect(response.status).toBe(204);
    const shown = await costs(cookieIn(response));
    expect(shown).toMatchObject({ of: "workspace", scopes: ["workspace"] });
    expect(shown?.top.map(({ name }) => name)).toEqual(["channels that not everybody here can read"]);
    const me = await call("GET", "/dashboard/api/me", { cookie: cookieIn(response) });
    expect(await me.json()).toMatchObject({ isOperator: true, isAdmin: true, workspaces: [{}] });
  });

  it("signs out only who asks for it on the dashboard itself", async () => {
    const cookie = await sessionOf("ben");
    const { csrf } = (await (await call("GET", "/dashboard/api/me", { cookie })).json()) as { csrf: string };
    expect((await call("POST", "/dashboard/api/sign-out", { cookie })).status).toBe(403);
    const wrong = { "x-parley-csrf": `${csrf}x` };
    expect((await call("POST", "/dashboard/api/sign-out", { cookie, headers: wrong })).status).toBe(403);
    const right = { "x-parley-csrf": csrf };
    expect((await call("POST", "/dashboard/api/sign-out", { cookie, headers: right })).status).toBe(204);
    expect((await call("GET", "/dashboard/api/me", { cookie })).status).toBe(401);
  });

  it("is found by its person, and the playground still asks for the web token", async () => {
    await sessionOf("ben");
    const key = personKey("playground", "playground" as WorkspaceId, "ben" as PersonId);
    const { items } = await parley.storage.records.list("web-sessions", "person", key, { limit: 10 });
    expect(items).toHaveLength(1);
    expect((await call("GET", "/api/workspace?as=ada")).status).toBe(401);
  });

  it("tells an open page that there is something new, and ends with the server", async () => {
    const cookie = await sessionOf("ada");
    const response = await call("GET", "/dashboard/api/events", { cookie });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain("event: changed");
    await ask("ben", "general", "@Parley is it?");
    expect((await reader?.read())?.value).toContain("event: changed");
    await parley.stop();
    let last = await reader?.read().catch(() => ({ done: true }));
    while (last && !last.done) last = await reader?.read().catch(() => ({ done: true }));
    expect(last?.done).toBe(true);
  });

  it("shows on the map what whoever looks may read now, and an operator nothing", async () => {
    const threads = async (cookie: string, query = "") => {
      const response = await call("GET", `/dashboard/api/pages/threads${query}`, { cookie });
      expect(response.status).toBe(200);
      return ((await response.json()) as { readonly data: ThreadsPage | null }).data;
    };
    const chloe = await sessionOf("chloe");
    expect((await threads(chloe))?.few).toMatch(/From 4 on/);
    const asked = [
      "rotate the signing keys?",
      "who rotates signing keys?",
      "lunch on friday?",
      "<b>lunch</b>?",
    ];
    for (const text of asked) await ask("ben", "general", `@Parley ${text}`);
    await ask("ada", "leadership", "@Parley which salaries do signing people get?");
    await parley.client.until(async () => {
      const [name] = await parley.storage.vectors.collections();
      const found = name && (await parley.storage.vectors.scan(name, { limit: 100 }));
      return found && new Set(found.items.map(({ group }) => group)).size === 5 ? true : undefined;
    }, "five threads to be found");
    const seen = await threads(chloe, "?groups=2");
    expect(seen?.title).toBe("4 threads in 2 groups");
    expect(seen?.subtitle).toMatch(/Across and up show \d+ % and \d+ %/);
    const shown = seen?.groups?.flatMap((group) => group.threads) ?? [];
    expect(shown.map(({ title }) => title).toSorted()).toEqual(asked.toSorted());
    expect(shown.every(({ channel, link }) => channel === "general" && link.startsWith("http"))).toBe(true);
    expect(JSON.stringify(seen)).not.toContain("salaries");
    expect(JSON.stringify(await threads(await sessionOf("ada")))).toContain("salaries");
    expect((await threads(chloe, "?groups=lots"))?.chosen).toBe(0);
    const operator = cookieIn(await signIn({ token: webToken }));
    expect(await threads(operator)).toBeNull();
  });
});
