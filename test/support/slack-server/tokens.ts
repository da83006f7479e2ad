import { randomBytes } from "node:crypto";

import { SlackRefusal } from "./slack-refusal.ts";

export type TokenKind = "bot" | "app" | "none" | "unknown";

/** What is wrong with a token, as Slack says it. */
export type TokenTrouble = "invalid_auth" | "token_revoked" | "account_inactive" | "token_expired";

/** Everything that an app like Parley asks for; `chat:write.public` is not in it. */
const usualScopes = [
  "app_mentions:read",
  "assistant:write",
  "channels:history",
  "channels:read",
  "chat:write",
  "commands",
  "files:read",
  "files:write",
  "groups:history",
  "groups:read",
  "im:history",
  "im:read",
  "im:write",
  "mpim:history",
  "mpim:read",
  "mpim:write",
  "reactions:read",
  "reactions:write",
  "users:read",
] as const;

export interface Tokens {
  readonly bot: string;
  readonly app: string;
  scopes: ReadonlySet<string>;
  trouble: { bot?: TokenTrouble; app?: TokenTrouble };
}

/** New tokens in Slack's form. */
export function createTokens(appId: string, scopes: readonly string[] = usualScopes): Tokens {
  const digits = () => String(randomBytes(6).readUIntBE(0, 6)).padStart(13, "0").slice(0, 13);
  const secret = () => randomBytes(16).toString("hex");
  return {
    bot: `xoxb-${digits()}-${digits()}-${secret().slice(0, 24)}`,
    app: `xapp-1-${appId}-${digits()}-${secret()}${secret()}`,
    scopes: new Set(scopes),
    trouble: {},
  };
}

export function kindOf(tokens: Tokens, token: string | undefined): TokenKind {
  if (token === undefined || token === "") return "none";
  if (token === tokens.bot) return "bot";
  return token === tokens.app ? "app" : "unknown";
}

/** @throws SlackRefusal when the token doesn't do for a method that takes such a kind */
export function checkToken(tokens: Tokens, kind: TokenKind, wanted: "bot" | "app"): void {
  if (kind === "none") throw new SlackRefusal("not_authed");
  if (kind === "unknown") throw new SlackRefusal("invalid_auth");
  const trouble = tokens.trouble[kind];
  if (trouble !== undefined) throw new SlackRefusal(trouble);
  if (kind !== wanted) throw new SlackRefusal("not_allowed_token_type");
}
