const kinds = ["message", "grow", "removed", "thread", "activity", "notice"];
const retryMs = 1500;

/**
 * Listens to what the server tells. `onOpen` is called at each (re)connect, when whatever was missed must be fetched;
 * `onState` with whether the connection stands.
 */
export function connectEvents(url, { onOpen, onState, onEvent }) {
  let source;
  const connect = () => {
    source = new EventSource(url);
    source.addEventListener("hello", () => {
      onState(true);
      onOpen();
    });
    source.addEventListener("error", () => {
      onState(false);
      // After a refusal the browser doesn't try again by itself.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, retryMs);
    });
    for (const kind of kinds) source.addEventListener(kind, (event) => onEvent(JSON.parse(event.data)));
  };
  connect();
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && connect());
}
