import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";

// Copies what stands in the write-ahead log into the store, on a connection of its own: neither who writes nor who
// reads waits for it.

function serve(port: MessagePort, path: string): void {
  const database = new DatabaseSync(path, { timeout: 0 });
  port.on("message", (command: "checkpoint" | "close") => {
    if (command === "checkpoint") database.exec("PRAGMA wal_checkpoint(PASSIVE)");
    else {
      database.close();
      port.close();
    }
    port.postMessage(command);
  });
}

if (parentPort) serve(parentPort, workerData as string);
