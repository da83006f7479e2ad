import type { Words } from "../../core/words/en.ts";
import type { SignIn } from "../dashboard/sign-in.ts";
import type { RunCommand } from "./command.ts";

/** `dashboard`: a way into the dashboard, as whoever asks. */
export function createDashboardCommand(deps: {
  readonly signIn: Pick<SignIn, "offer">;
  /** Of the dashboard, as people reach it from where they are. */
  readonly address: () => string;
  readonly words: Words;
}): RunCommand<"dashboard"> {
  const { signIn, address, words } = deps;
  return async (_given, { place, by }) => {
    const { platform, workspace, channel } = place;
    const secret = await signIn.offer({
      kind: "person",
      person: by.id,
      place: { platform, workspace, channel },
    });
    // Behind the #, where neither a preview of the link nor a proxy's log has it.
    return { text: words.dashboard.link(`${address()}/dashboard/in#${secret}`) };
  };
}
