import { env } from "node:process";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    // Most of the long tests wait: for a process to start, for a platform to answer late.
    maxWorkers: 4,
    // A test that starts servers or a browser needs seconds on a busy machine; a hang still ends the run.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // A machine that others load too may be late; what must hold whatever is late (test/app) says `retry: 0`.
    retry: env["CI"] ? 1 : 0,
  },
});
