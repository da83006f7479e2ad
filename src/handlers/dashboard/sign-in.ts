import { createHash, randomBytes } from "node:crypto";

import type { Now } from "../../core/ports.ts";
import type { Storage } from "../../core/storage.ts";
import type { WebSessions } from "../../core/stores.ts";
import type { Viewer, WebSession } from "../../core/viewer.ts";

/** How people come in, and stay in. Secrets are handed out once; the store has only what proves them. */
export interface SignIn {
  /** Answers the secret of a link. */
  offer(viewer: Viewer): Promise<string>;
  /** Answers the secret of a session; nothing where the link was used, is over, or never was. */
  open(linkSecret: string): Promise<OpenedSession | undefined>;
  /** For whoever has shown the web token. */
  openForOperator(): Promise<OpenedSession>;
  session(secret: string): Promise<WebSession | undefined>;
  end(secret: string): Promise<void>;
}

export interface OpenedSession {
  readonly secret: string;
  readonly session: WebSession;
}

export const linkMs = 10 * 60_000;
export const sessionMs = 12 * 3_600_000;
const secretBytes = 32;
/** Longer ones were never handed out. */
const maxSecretChars = 100;

export function createSignIn(deps: {
  readonly storage: Pick<Storage, "commit">;
  readonly sessions: WebSessions;
  readonly now: Now;
}): SignIn {
  const { storage, sessions, now } = deps;

  async function begin(viewer: Viewer): Promise<OpenedSession> {
    const secret = newSecret();
    const since = now();
    const session = { viewer, csrf: newSecret(), since, until: since + sessionMs };
    await storage.commit([sessions.opening(idOf(secret), session)]);
    return { secret, session };
  }

  return {
    async offer(viewer) {
      const secret = newSecret();
      await sessions.sweep(now());
      await storage.commit([sessions.offering(idOf(secret), { viewer, until: now() + linkMs })]);
      return secret;
    },
    async open(linkSecret) {
      if (linkSecret.length > maxSecretChars) return undefined;
      const viewer = await sessions.take(idOf(linkSecret), now());
      return viewer && begin(viewer);
    },
    openForOperator: () => begin({ kind: "operator" }),
    session: async (secret) =>
      secret.length > maxSecretChars ? undefined : sessions.session(idOf(secret), now()),
    async end(secret) {
      await storage.commit([sessions.ending(idOf(secret))]);
    },
  };
}

function newSecret(): string {
  return randomBytes(secretBytes).toString("base64url");
}

function idOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
