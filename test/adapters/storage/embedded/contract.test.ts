import { describe } from "vitest";
import { testCache } from "../../../support/storage-contract/cache.ts";
import { testCommit } from "../../../support/storage-contract/commit.ts";
import { testCounters } from "../../../support/storage-contract/counters.ts";
import { testLeases } from "../../../support/storage-contract/leases.ts";
import { testLog } from "../../../support/storage-contract/log.ts";
import { testQueue } from "../../../support/storage-contract/queue.ts";
import { testRecords } from "../../../support/storage-contract/records.ts";
import { testSignals } from "../../../support/storage-contract/signals.ts";
import { testVectors } from "../../../support/storage-contract/vectors.ts";
import { testVectorSearch } from "../../../support/storage-contract/vector-search.ts";
import { openStorage } from "./open.ts";

describe("the embedded engine", () => {
  testRecords(openStorage);
  testLog(openStorage);
  testCounters(openStorage);
  testQueue(openStorage);
  testLeases(openStorage);
  testSignals(openStorage);
  testCache(openStorage);
  testVectors(openStorage);
  testVectorSearch(openStorage);
  testCommit(openStorage);
});
