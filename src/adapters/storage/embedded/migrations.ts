import type { DatabaseSync } from "node:sqlite";

/** Stands in the file's header and tells a store of Parley's from any other SQLite file ("PRLY"). */
export const applicationId = 0x50524c59;

/** Each step leads from the version that is its place in the list to the next. A released step is never changed. */
const steps: readonly string[] = [
  `
  CREATE TABLE sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE records (
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (collection, id)
  ) STRICT;
  CREATE TABLE record_indexes (
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    rank REAL NOT NULL,
    PRIMARY KEY (collection, id, name, value),
    FOREIGN KEY (collection, id) REFERENCES records ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX record_lists ON record_indexes (collection, name, value, rank, id);

  -- An entry without a value was removed.
  CREATE TABLE log (
    entry INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    position REAL NOT NULL,
    revision REAL NOT NULL,
    value TEXT,
    UNIQUE (key, id)
  ) STRICT;
  CREATE INDEX log_positions ON log (key, position, id);
  CREATE TABLE log_people (
    entry INTEGER NOT NULL REFERENCES log ON DELETE CASCADE,
    person TEXT NOT NULL,
    PRIMARY KEY (entry, person)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX log_by_person ON log_people (person, entry);

  CREATE TABLE counters (
    key TEXT NOT NULL,
    field TEXT NOT NULL,
    sum REAL NOT NULL,
    PRIMARY KEY (key, field)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE counter_ids (
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    added_at REAL NOT NULL,
    PRIMARY KEY (key, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX counter_ids_by_age ON counter_ids (added_at);
  -- A settled reservation stays for a while with the amount 0, so that it is not made or settled again.
  CREATE TABLE reservations (
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    amount REAL NOT NULL,
    expires_at REAL NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (id, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reservations_by_key ON reservations (key) WHERE settled = 0;
  CREATE INDEX reservations_by_age ON reservations (expires_at);
  CREATE TABLE rate_takes (key TEXT NOT NULL, taken_at REAL NOT NULL, cost REAL NOT NULL) STRICT;
  CREATE INDEX rate_takes_by_key ON rate_takes (key, taken_at);
  CREATE INDEX rate_takes_by_age ON rate_takes (taken_at);

  -- run_at is 0 for what is due whatever the clock says. A held entry was given back and lets nothing overtake it.
  -- What a checkpoint bound together carries the seq of the first, which has the state.
  CREATE TABLE queue_entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL,
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    enqueued_at REAL NOT NULL,
    run_at REAL NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    held INTEGER NOT NULL DEFAULT 0,
    claim INTEGER,
    bound INTEGER,
    set_aside TEXT,
    state TEXT,
    payload TEXT NOT NULL
  ) STRICT;
  CREATE INDEX queue_order ON queue_entries (lane, key, seq) WHERE set_aside IS NULL;
  CREATE INDEX queue_held ON queue_entries (lane, key, seq) WHERE held = 1;
  CREATE INDEX queue_claimed ON queue_entries (claim) WHERE claim IS NOT NULL;
  CREATE INDEX queue_bound ON queue_entries (bound) WHERE bound IS NOT NULL;
  CREATE TABLE queue_people (
    seq INTEGER NOT NULL REFERENCES queue_entries ON DELETE CASCADE,
    person TEXT NOT NULL,
    PRIMARY KEY (seq, person)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX queue_by_person ON queue_people (person, seq);
  CREATE TABLE queue_ids (id TEXT PRIMARY KEY, seq INTEGER, seen_at REAL NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX queue_ids_by_age ON queue_ids (seen_at);
  -- One row for each key that has entries; a key with a claim is taken. Leases count the writer's own milliseconds.
  CREATE TABLE queue_keys (
    lane TEXT NOT NULL,
    key TEXT NOT NULL,
    turn INTEGER NOT NULL,
    ready_at REAL NOT NULL,
    held INTEGER NOT NULL DEFAULT 0,
    claim INTEGER,
    lease_until REAL,
    PRIMARY KEY (lane, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX queue_turns ON queue_keys (lane, turn) WHERE claim IS NULL;
  CREATE UNIQUE INDEX queue_claims ON queue_keys (claim) WHERE claim IS NOT NULL;

  CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    token INTEGER NOT NULL,
    owner TEXT,
    lease_until REAL NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE cache (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at REAL) STRICT;
  CREATE INDEX cache_by_age ON cache (expires_at) WHERE expires_at IS NOT NULL;
  `,
  `
  -- Sums that are read together, as a JSON array: thirteen rows in one take a tenth of the time.
  CREATE TABLE counter_rows (
    key TEXT NOT NULL,
    row TEXT NOT NULL,
    sums TEXT NOT NULL,
    PRIMARY KEY (key, row)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE reservations ADD COLUMN value TEXT;
  CREATE INDEX reservations_with_value ON reservations (expires_at) WHERE settled = 0 AND value IS NOT NULL;
  `,
  `
  -- One without a name was dropped and is being cleared.
  CREATE TABLE vector_collections (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT UNIQUE,
    dimensions INTEGER NOT NULL,
    size INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  -- Who may see a vector. Lives as long as a vector has it; its number is never used for another.
  CREATE TABLE vector_audiences (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE) STRICT;
  -- The code is computed from the vector (vectors/bit-codes.ts); where there is none, whoever needs it computes it anew.
  CREATE TABLE vectors (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL REFERENCES vector_collections,
    id TEXT NOT NULL,
    audience INTEGER NOT NULL REFERENCES vector_audiences,
    "group" TEXT NOT NULL,
    code BLOB,
    vector BLOB NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX vector_ids ON vectors (collection, id, audience);
  -- All that a search holds in memory, so that no vector is read when it starts.
  CREATE INDEX vector_codes ON vectors (collection, place, audience, code);
  CREATE INDEX vector_groups ON vectors (collection, "group");
  CREATE INDEX vectors_by_audience ON vectors (audience, collection);
  CREATE TABLE vector_people (
    place INTEGER NOT NULL REFERENCES vectors ON DELETE CASCADE,
    person TEXT NOT NULL,
    PRIMARY KEY (place, person)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX vectors_by_person ON vector_people (person, place);
  -- Tells a search which places to look at again.
  CREATE TABLE vector_changes (
    revision INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL,
    place INTEGER NOT NULL
  ) STRICT;
  CREATE TRIGGER vector_added AFTER INSERT ON vectors BEGIN
    UPDATE vector_collections SET size = size + 1 WHERE number = NEW.collection;
    INSERT INTO vector_changes (collection, place) VALUES (NEW.collection, NEW.place);
  END;
  CREATE TRIGGER vector_replaced AFTER UPDATE ON vectors BEGIN
    INSERT INTO vector_changes (collection, place) VALUES (NEW.collection, NEW.place);
    DELETE FROM vector_audiences WHERE number = OLD.audience
      AND NOT EXISTS (SELECT 1 FROM vectors WHERE audience = OLD.audience);
  END;
  CREATE TRIGGER vector_removed AFTER DELETE ON vectors BEGIN
    UPDATE vector_collections SET size = size - 1 WHERE number = OLD.collection;
    INSERT INTO vector_changes (collection, place) VALUES (OLD.collection, OLD.place);
    DELETE FROM vector_audiences WHERE number = OLD.audience
      AND NOT EXISTS (SELECT 1 FROM vectors WHERE audience = OLD.audience);
  END;
  `,
];

export const newestVersion = steps.length;

/** Brings a store to the newest version, one transaction a step. Answers the version that it had. */
export function migrate(database: DatabaseSync): number {
  const found = readVersion(database);
  for (const [version, step] of steps.entries()) {
    if (version < found) continue;
    database.exec(
      `BEGIN IMMEDIATE;${step};PRAGMA application_id = ${applicationId};PRAGMA user_version = ${version + 1};COMMIT`,
    );
  }
  return found;
}

export function readVersion(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}

/** Whether the file is empty or a store, and not the SQLite file of some other program. */
export function isStore(database: DatabaseSync): boolean {
  const found = Number(database.prepare("PRAGMA application_id").get()?.["application_id"]);
  const tables = Number(database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.["tables"]);
  return found === applicationId || (found === 0 && tables === 0);
}
