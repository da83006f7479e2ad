import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../../../core/errors.ts";
import { lockFolder, openForReading, prepareFolder, storePath } from "./database.ts";
import { storageError, toStorageError } from "./faults.ts";
import { isStore, newestVersion, readVersion } from "./migrations.ts";

export interface CheckReport {
  readonly ok: boolean;
  /** Sentences for the operator. */
  readonly lines: readonly string[];
}

/**
 * Copies the store as it stands at this moment into one new file; a Parley at work on the folder goes on meanwhile.
 * @throws AppError `storage_*`, also where the file exists already
 */
export async function backupStorage(dir: string, targetFile: string): Promise<void> {
  const database = openExisting(dir);
  try {
    const target = resolve(targetFile);
    if (existsSync(target)) {
      throw new AppError("storage_failed", `${target} exists already: name a new file for the backup.`);
    }
    writeBeside(database, target);
  } catch (error) {
    throw toStorageError(error, dir);
  } finally {
    database.close();
  }
}

/**
 * Puts a backup into a folder that holds no store. The folder has either the whole store afterwards or none.
 * @throws AppError `storage_locked` when a Parley is at work there, `storage_newer` and `storage_corrupt` for the backup,
 * `storage_failed` where there is a store already
 */
export async function restoreStorage(file: string, dir: string): Promise<void> {
  const source = resolve(file);
  const backup = openBackup(source);
  try {
    prepareFolder(dir);
    const unlock = lockFolder(dir);
    try {
      const found = readdirSync(dir).filter(
        (name) => name.startsWith(basename(storePath(dir))) && !isUnfinished(name),
      );
      if (found.length > 0) {
        const names = found.join(", ");
        throw new AppError(
          "storage_failed",
          `The data folder ${dir} holds a store (${names}): move it away first.`,
        );
      }
      writeBeside(backup, storePath(dir));
    } catch (error) {
      throw toStorageError(error, dir);
    } finally {
      unlock();
    }
  } finally {
    backup.close();
  }
}

/** Reads the whole store and says what it found; a Parley may be at work on it. */
export async function checkStorage(dir: string): Promise<CheckReport> {
  try {
    const database = openExisting(dir);
    try {
      const problems = findProblems(database);
      if (problems.length > 0) {
        return { ok: false, lines: [...problems, storageError("storage_corrupt", dir).message] };
      }
      const counts = ["records", "log", "counters", "queue_entries", "cache", "vectors"].map((table) => {
        const count = database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.["count"];
        return `${table.replace("_", " ")}: ${String(count)}`;
      });
      const version = `Schema version ${readVersion(database)} of ${newestVersion}.`;
      return { ok: true, lines: [`The store in ${dir} is sound.`, version, `Rows: ${counts.join(", ")}.`] };
    } finally {
      database.close();
    }
  } catch (error) {
    return { ok: false, lines: [toStorageError(error, dir).message] };
  }
}

function openExisting(dir: string): DatabaseSync {
  if (!existsSync(storePath(dir))) {
    throw new AppError("storage_failed", `There is no store in the data folder ${dir}.`);
  }
  return openForReading(dir);
}

function openBackup(file: string): DatabaseSync {
  if (!existsSync(file)) throw new AppError("storage_failed", `There is no backup at ${file}.`);
  let backup: DatabaseSync | undefined;
  try {
    backup = new DatabaseSync(file, { readOnly: true });
    const version = readVersion(backup);
    if (version > newestVersion) {
      throw new AppError(
        "storage_newer",
        `The backup ${file} was made by a newer Parley: restore it with that version.`,
      );
    }
    if (version === 0 || !isStore(backup) || findProblems(backup).length > 0)
      throw new Error("not a sound store");
    return backup;
  } catch (error) {
    backup?.close();
    if (error instanceof AppError) throw error;
    const sentence = `The backup ${file} is damaged or none of Parley's: take another one.`;
    throw new AppError("storage_corrupt", sentence, { cause: error });
  }
}

function findProblems(database: DatabaseSync): string[] {
  const found = database
    .prepare("PRAGMA integrity_check")
    .all()
    .map((row) => String(row["integrity_check"]));
  const orphans = database.prepare("PRAGMA foreign_key_check").all();
  return [
    ...found.filter((line) => line !== "ok"),
    ...orphans.map(
      (row) => `A row of ${String(row["table"])} belongs to nothing in ${String(row["parent"])}.`,
    ),
  ];
}

/** A file that is written until it is whole, and then takes its name; one of an earlier try is written anew. */
function unfinished(target: string): string {
  return `${target}.unfinished`;
}

function isUnfinished(name: string): boolean {
  return name.includes(".unfinished");
}

function writeBeside(source: DatabaseSync, target: string): void {
  const beside = unfinished(target);
  rmSync(beside, { force: true });
  try {
    // Takes one state of the store, without what was deleted from it.
    source.prepare("VACUUM INTO ?").run(beside);
    chmodSync(beside, 0o600);
    syncToDisk(beside);
    renameSync(beside, target);
    syncToDisk(dirname(target));
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function syncToDisk(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
