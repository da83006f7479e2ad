import type { Platform } from "../core/platform.ts";
import type { PartHealth } from "../core/ports.ts";
import type { Storage } from "../core/storage.ts";

export function healthOf(platforms: ReadonlyMap<string, Platform>): Record<string, PartHealth> {
  return Object.fromEntries([...platforms].map(([name, platform]) => [name, platform.health()]));
}

/** What waits and what was set aside is the operator's to know, and no reason to send nobody here. */
export async function inboxHealth({ queue }: Storage): Promise<PartHealth> {
  try {
    const { waiting, claimed, setAside } = await queue.stats();
    return { ok: true, detail: `${waiting} waiting, ${claimed} under way, ${setAside} set aside.` };
  } catch {
    return { ok: false, detail: "The inbox can't be read." };
  }
}
