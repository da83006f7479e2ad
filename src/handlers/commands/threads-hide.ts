import { indexing } from "../threads/index-due.ts";
import { leaveIndexAll } from "../threads/leave-index.ts";
import type { ThreadCommandDeps, ThreadCommands } from "./threads.ts";

/** What is not to be found: a channel, by whoever manages it, and what somebody wrote, by that person. */
export function createThreadsHide(
  deps: ThreadCommandDeps,
): Pick<ThreadCommands, "threads hide" | "privacy optout" | "privacy optin"> {
  const { storage, stores } = deps;
  const { threads, threadExclusions } = stores;
  const { words, now } = deps.ambient;
  const said = words.threads;

  return {
    async "threads hide"({ hidden = true }, { place, person, id }) {
      if (!hidden) {
        const { value } = await threadExclusions.channel(place);
        if (value === undefined) return { text: said.hide.notHidden };
        await storage.commit([threadExclusions.unhiding(place)]);
        return { text: said.hide.shown };
      }
      // Nothing new comes in from here on, and what is there goes.
      await storage.commit([threadExclusions.hiding(place, { by: person, at: now(), cause: id })]);
      const left = await leaveIndexAll((page) => threads.ofChannel(place, page), deps);
      return { text: said.hide.hidden(left) };
    },

    async "privacy optout"(_given, { person, id }) {
      await storage.commit([threadExclusions.optingOut(person, { by: person, at: now(), cause: id })]);
      const left = await leaveIndexAll(
        (page) => threads.ofPerson(person, page),
        deps,
        // What others said there may be found again.
        ({ conversation }) => [indexing(conversation, now())],
      );
      return { text: said.privacy.optedOut(left) };
    },

    async "privacy optin"(_given, { person }) {
      await storage.commit([threadExclusions.optingIn(person)]);
      return { text: said.privacy.optedIn };
    },
  };
}
