import { openEmbeddedStorage } from "../../../../src/adapters/storage/embedded/storage.ts";
import { createMemoryLog } from "../../../support/log.ts";

// Run as a process of its own: appends to the store in the folder it is given for as long as it lives, eight at a time,
// and says each id once it is stored. Every tenth time it also enqueues and finishes an entry.

const storage = await openEmbeddedStorage({
  dir: process.argv[2] ?? "",
  now: Date.now,
  log: createMemoryLog(),
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function appendForever(writer: number): Promise<never> {
  for (let turn = 1; ; turn += 1) {
    const id = `${writer}-${turn}`;
    await storage.log.put("turns", { id, order: turn, revision: 1, value: { id }, people: ["ann"] });
    say(`put ${id}`);
    if (turn % 10 > 0) continue;
    await storage.queue.enqueue({ key: `k${writer}`, ids: [id], payload: id });
    say(`enqueued ${id}`);
    const claims = await storage.queue.claim({
      owner: "child",
      lane: "main",
      leaseMs: 60_000,
      limit: 1,
      maxEntries: 1,
    });
    for (const { token, entries } of claims) {
      await storage.queue.finish(token);
      say(`finished ${entries[0].id}`);
    }
  }
}

say("open");
await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(appendForever));
