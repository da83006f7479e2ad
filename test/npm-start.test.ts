import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("npm start runs Parley, and ending npm ends Parley in good order", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "parley-npm-"));
  const env = { PATH: process.env["PATH"], HOME: dataDir, PORT: "0", PARLEY_DATA_DIR: join(dataDir, "data") };
  const npm = spawn("npm", ["start"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  let onOutput = () => {};
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      onOutput();
    });
  }
  // Parley holds the pipes open as long as it lives, npm or no npm.
  const closed = new Promise((resolve) => npm.once("close", resolve));
  onTestFinished(async () => {
    try {
      if (npm.pid !== undefined) process.kill(-npm.pid, "SIGKILL");
    } catch {
      // The whole group is gone, as it should be.
    }
    await rm(dataDir, { recursive: true, force: true });
  });

  const url = await new Promise<string>((resolve, reject) => {
    onOutput = () => {
      const found = /open at (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    npm.once("close", () => reject(new Error(output)));
  });
  expect((await fetch(new URL("/readyz", url))).status).toBe(200);
  npm.kill("SIGTERM");
  await closed;
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  expect(output).toContain('"msg":"stopped"');
});
