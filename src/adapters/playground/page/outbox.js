/**
 * What was written but not taken in yet, kept over a reload. Sending again uses the same client id, so that it is the
 * same message however often it arrives.
 */
export function createOutbox(person) {
  const key = `parley.outbox.${person}`;
  let entries = [];
  try {
    entries = JSON.parse(localStorage.getItem(key) ?? "[]").map((entry) => ({ ...entry, state: "failed" }));
  } catch {
    localStorage.removeItem(key);
  }
  const save = () => {
    try {
      localStorage.setItem(key, JSON.stringify(entries.map(({ state: _state, ...entry }) => entry)));
    } catch {
      // The browser's storage is full or off: what is unsent lives as long as the page.
    }
  };
  return {
    in: ({ channel, thread }) =>
      entries.filter((entry) => entry.channel === channel && entry.thread === thread),
    add(entry) {
      entries.push(entry);
      save();
    },
    settle(clientId) {
      entries = entries.filter((entry) => entry.clientId !== clientId);
      save();
    },
  };
}

/** Texts that were begun, one a channel or thread. */
export function createDrafts(person) {
  const key = ({ channel, thread }) => `parley.draft.${person}.${channel}${thread ? `.${thread}` : ""}`;
  return {
    read: (spot) => localStorage.getItem(key(spot)) ?? "",
    write(spot, text) {
      try {
        if (text) localStorage.setItem(key(spot), text);
        else localStorage.removeItem(key(spot));
      } catch {
        // A draft that is too long to keep still stands in its box.
      }
    },
  };
}
