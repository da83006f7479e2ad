import type { ButtonPressed } from "../core/event.ts";
import { personKey } from "../core/ids.ts";
import type { PersonKey } from "../core/ids.ts";
import { sentenceFor } from "./explain.ts";
import type { HandleFailure } from "./failed-message.ts";
import type { HeldClaim } from "./lease.ts";
import type { Pauses } from "./pauses.ts";
import { telling } from "./presses/press.ts";
import type { Presses } from "./presses/press.ts";
import { formatTime } from "./report-review.ts";
import type { ChatMessageDeps } from "./story.ts";

/** Does what a pressed button says, and tells whoever pressed it. @throws AppError; the claim is then as it was. */
export type HandlePress = (claim: HeldClaim, shutdown: AbortSignal) => Promise<void>;

/** What the inbox keeps of a press that was done. */
interface PressState {
  readonly told?: string;
}

type RunPressDeps = Pick<ChatMessageDeps, "platformOf" | "storage" | "ambient">;

/** Buttons that are a way to ask. */
const asking: ReadonlySet<string> = new Set(["regenerate", "continue"]);

export function createRunPress(
  presses: Presses,
  deps: RunPressDeps & { readonly pauses: Pick<Pauses, "until"> },
): HandlePress {
  const { platformOf, storage, pauses } = deps;
  const { words, log } = deps.ambient;

  return async (claim, shutdown) => {
    const signal = AbortSignal.any([shutdown, claim.lease.lost]);
    const press = pressOf(claim);
    await platformOf(press.place).ready(signal);
    const { told } = (claim.state as PressState | undefined) ?? (await run(claim, press, signal));
    await claim.lease.check();
    if (told !== undefined) await platformOf(press.place).answerPress(press, told, signal);
    await storage.commit([{ op: "queue.finish", token: claim.token }]);
  };

  async function run(claim: HeldClaim, press: ButtonPressed, signal: AbortSignal): Promise<PressState> {
    const { name } = press.action;
    const until = asking.has(name) ? await pauses.until(personOf(press)) : undefined;
    // Stop has a way of its own; what another version of Parley stored may be anything.
    const handler = Object.hasOwn(presses, name) ? presses[name as keyof Presses] : undefined;
    const outcome =
      until === undefined
        ? await handler?.(press, signal)
        : telling(words.reviews.stillPaused(formatTime(until)));
    const { operations, told } = outcome ?? { operations: [] };
    const state: PressState = told === undefined ? {} : { told };
    await storage.commit([...operations, { op: "queue.checkpoint", token: claim.token, state }]);
    claim.state = state;
    log.info({ platform: press.place.platform, action: name }, "button pressed");
    return state;
  }
}

/** What people get when what they pressed could not be done: they alone. */
export function createHandleFailedPress(deps: RunPressDeps): HandleFailure {
  const { platformOf, storage } = deps;
  const { words, explain } = deps.ambient;

  async function tell(claim: HeldClaim, text: string, signal: AbortSignal, setAside?: string): Promise<void> {
    const press = pressOf(claim);
    await claim.lease.check();
    await platformOf(press.place).answerPress(press, text, signal);
    const kept = setAside === undefined ? {} : { setAside };
    await storage.commit([{ op: "queue.finish", token: claim.token, ...kept }]);
  }

  return {
    explain(claim, error, setAside, signal) {
      const { conversation, action } = pressOf(claim);
      const text = explain(error, { conversation, action: action.name });
      return tell(claim, text, signal, setAside ? error.code : undefined);
    },
    tellDelayed: async () => {},
    notify: (claim, error, signal) => tell(claim, sentenceFor(error, words), signal),
    answerElsewhere: (claim, error, signal) => tell(claim, sentenceFor(error, words), signal),
  };
}

function personOf({ place, by }: ButtonPressed): PersonKey {
  return personKey(place.platform, place.workspace, by.id);
}

function pressOf(claim: HeldClaim): ButtonPressed {
  return claim.entries[0].payload as ButtonPressed;
}
