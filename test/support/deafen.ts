import type { Duplex } from "node:stream";

/** The connection stays, but nothing that comes is read and nothing goes out, pongs and close frames included. */
export function deafen(connection: Duplex): void {
  connection.removeAllListeners("data");
  connection.on("data", () => undefined);
  connection.write = () => true;
}
