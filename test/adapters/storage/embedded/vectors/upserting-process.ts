import { openEmbeddedStorage } from "../../../../../src/adapters/storage/embedded/storage.ts";
import { createMemoryLog } from "../../../../support/log.ts";
import { toUnit } from "../../../../support/made-vectors.ts";

// Run as a process of its own: upserts vectors into the store in the folder it is given for as long as it lives, says
// each id once it is stored, and removes every third again. Its first numbers are what the value says.

const { vectors } = await openEmbeddedStorage({
  dir: process.argv[2] ?? "",
  now: Date.now,
  log: createMemoryLog(),
});

async function upsertForever(writer: number): Promise<never> {
  for (let turn = 1; ; turn += 1) {
    const id = `${writer}-${turn % 50}`;
    const value = [writer, turn];
    const vector = toUnit(Float32Array.from({ length: 64 }, (_, index) => value[index] ?? 1));
    await vectors.upsert("v", [{ id, vector, audience: `a${turn % 3}`, group: id, value }]);
    process.stdout.write(`put ${id} ${turn}\n`);
    if (turn % 3 > 0) continue;
    process.stdout.write(`removing ${id} ${turn}\n`);
    await vectors.remove("v", [id]);
    process.stdout.write(`removed ${id} ${turn}\n`);
  }
}

await Promise.all([1, 2, 3, 4].map(upsertForever));
