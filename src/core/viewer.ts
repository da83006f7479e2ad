import type { Place } from "./event.ts";
import type { PersonId } from "./ids.ts";

/** Who looks at the dashboard. */
export type Viewer =
  /** Somebody who was sent a link in chat: their rights are those of that place, asked for now. */
  | { readonly kind: "person"; readonly person: PersonId; readonly place: ViewedPlace }
  /** Who has the web token: an admin of every workspace, who can read what is public. */
  | { readonly kind: "operator" };

export type ViewedPlace = Pick<Place, "platform" | "workspace" | "channel">;

/** A sign-in that lasts. */
export interface WebSession {
  readonly viewer: Viewer;
  /** Sent with every change: what another site's page can't know. */
  readonly csrf: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
}

/** A way in that opens once. */
export interface SignInLink {
  readonly viewer: Viewer;
  readonly until: number;
}
