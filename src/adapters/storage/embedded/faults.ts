import { accessSync, constants, statfsSync } from "node:fs";
import { AppError } from "../../../core/errors.ts";
import type { ErrorCode } from "../../../core/errors.ts";
import type { Fault } from "./protocol.ts";

// Primary result codes: https://sqlite.org/rescode.html
const sqliteCodes: Readonly<Record<number, ErrorCode>> = {
  5: "storage_locked", // BUSY
  6: "storage_locked", // LOCKED
  8: "storage_read_only", // READONLY
  11: "storage_corrupt", // CORRUPT
  13: "storage_full", // FULL
  26: "storage_corrupt", // NOTADB
};
const leastRoomBytes = 1024 * 1024;
const ioError = 10;
const cannotOpen = 14;

const systemCodes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "storage_full",
  EDQUOT: "storage_full",
  EROFS: "storage_read_only",
  EACCES: "storage_read_only",
  EPERM: "storage_read_only",
};

const sentences: Partial<Record<ErrorCode, (dir: string) => string>> = {
  storage_locked: (dir) =>
    `The store in the data folder ${dir} is locked by another program, such as sqlite3 or a backup: end that; Parley goes on by itself when it lets go.`,
  storage_read_only: (dir) =>
    `Parley may not write to the data folder ${dir}: give its user the right to, or name another folder.`,
  storage_full: (dir) =>
    `There is no room left for the data folder ${dir}: free some space; Parley goes on by itself when there is.`,
  storage_corrupt: (dir) =>
    `The store in the data folder ${dir} is damaged: stop Parley, move the files away and restore a backup (parley storage restore).`,
  storage_newer: (dir) =>
    `The data folder ${dir} was written by a newer Parley: start that version, or name another folder.`,
};

/** The operator's sentence for what is wrong with a data folder. */
export function storageError(code: ErrorCode, dir: string, cause?: unknown): AppError {
  const detail = cause instanceof Error ? cause.message : "";
  const sentence =
    sentences[code]?.(dir) ??
    (primaryCodeOf(cause) === ioError
      ? `The store in the data folder ${dir} can't be read or written (${detail}): look into the system's log, and whether the size of files is limited; Parley goes on by itself when it can.`
      : `The store in the data folder ${dir} failed${detail && `: ${detail}`}.`);
  return new AppError(code, sentence, { ...(cause !== undefined && { cause }), facts: factsOf(cause) });
}

/** What SQLite or the file system threw, as an AppError; an AppError stays what it is. */
export function toStorageError(thrown: unknown, dir: string): AppError {
  return thrown instanceof AppError ? thrown : storageError(codeOf(thrown, dir), dir, thrown);
}

/** An AppError as it travels between threads. */
export function toFault({ code, message, facts }: AppError): Fault {
  return { code, message, facts };
}

export function fromFault({ code, message, facts }: Fault): AppError {
  return new AppError(code, message, { facts });
}

function codeOf(thrown: unknown, dir: string): ErrorCode {
  if (!(thrown instanceof Error)) return "storage_failed";
  const primary = primaryCodeOf(thrown);
  if (primary !== undefined) {
    // An I/O error or a file that can't be opened does not say why.
    if (primary === ioError && !hasRoom(dir)) return "storage_full";
    if (primary === cannotOpen)
      return hasRoom(dir) ? (isWritable(dir) ? "storage_failed" : "storage_read_only") : "storage_full";
    return sqliteCodes[primary] ?? "storage_failed";
  }
  return ("code" in thrown && systemCodes[String(thrown.code)]) || "storage_failed";
}

function primaryCodeOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error && "errcode" in thrown && typeof thrown.errcode === "number"))
    return undefined;
  // The low byte.
  return thrown.errcode & 0xff;
}

function factsOf(cause: unknown): Readonly<Record<string, string | number>> {
  if (!(cause instanceof Error)) return {};
  const code = "errcode" in cause ? cause.errcode : "code" in cause ? cause.code : undefined;
  return typeof code === "string" || typeof code === "number" ? { code } : {};
}

/** Whether the disk has room for more than the next few turns. */
export function hasRoom(dir: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize >= leastRoomBytes;
  } catch {
    return true;
  }
}

/** Whether files can be made in a folder; a file system mounted read-only says no to root as well. */
export function isWritable(dir: string): boolean {
  try {
    accessSync(dir, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
