import { env } from "node:process";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/** Those that take minutes, so that none of them runs alone in the end. */
const long = /test\/(?:app|platforms)\/|contract\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array.
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => long.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    sequence: { sequencer: LongestFirst },
    // Most of the long tests wait: for a process to start, for a platform to answer late.
    maxWorkers: 3,
    // A test that starts servers or a browser needs seconds on a busy machine; a hang still ends the run.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // A machine that others load too may be late; what must hold whatever is late (test/app) says `retry: 0`.
    retry: env["CI"] ? 1 : 0,
  },
});
