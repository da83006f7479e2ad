import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../../../core/errors.ts";
import { isWritable, storageError, toStorageError } from "./faults.ts";
import { isStore, migrate, newestVersion, readVersion } from "./migrations.ts";

/** Long enough for a backup's last page or another reader's recovery, which are the only ones that ever hold a lock. */
const busyTimeoutMs = 5_000;

export function storePath(dir: string): string {
  return join(dir, "parley.db");
}

/** Makes the folder where there is none. @throws AppError `storage_read_only` | `storage_full` | `storage_failed` */
export function prepareFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw toStorageError(error, dir);
  }
  if (!isWritable(dir)) throw storageError("storage_read_only", dir);
}

/**
 * Holds a data folder for this process. The lock is an open transaction on a file of its own, which the operating system
 * ends with the process, however that ends. Answers the releaser. @throws AppError `storage_locked`
 */
export function lockFolder(dir: string): () => void {
  try {
    const lock = new DatabaseSync(join(dir, "parley.lock"));
    try {
      lock.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      lock.close();
      throw error;
    }
    return () => lock.close();
  } catch (error) {
    const refusal = toStorageError(error, dir);
    if (refusal.code !== "storage_locked") throw refusal;
    const sentence = `The data folder ${dir} is in use by another Parley: stop that one, or give this one a folder of its own.`;
    throw new AppError("storage_locked", sentence, { cause: error });
  }
}

/** Opens the store for writing and brings it to the newest version. @throws AppError `storage_*` */
export function openForWriting(dir: string): DatabaseSync {
  return openDatabase(dir, { readOnly: false }, (database) => {
    // secure_delete: what was deleted is overwritten. journal_size_limit: a long log shrinks again (bytes).
    // wal_autocheckpoint (pages): only what checkpoints.ts, beside this thread, didn't get to.
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
      PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216; PRAGMA wal_autocheckpoint = 4000`);
    migrate(database);
  });
}

/** Opens an existing store for reading, next to one who writes. @throws AppError `storage_*` */
export function openForReading(dir: string): DatabaseSync {
  return openDatabase(dir, { readOnly: true }, () => {});
}

function openDatabase(
  dir: string,
  mode: { readOnly: boolean },
  prepare: (database: DatabaseSync) => void,
): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(storePath(dir), { ...mode, timeout: busyTimeoutMs });
    if (readVersion(database) > newestVersion) throw storageError("storage_newer", dir);
    if (!isStore(database)) throw storageError("storage_corrupt", dir);
    prepare(database);
    return database;
  } catch (error) {
    database?.close();
    throw toStorageError(error, dir);
  }
}
