import { statSync } from "node:fs";
import { AppError } from "../../../core/errors.ts";
import { storePath } from "./database.ts";

/**
 * Remembers which files an open store stands in. The function that it answers throws where one of them was moved, removed
 * or replaced: SQLite goes on writing to the file that it opened, though nobody will find it there (it minds in rollback
 * mode only, as SQLITE_READONLY_DBMOVED). @throws AppError `storage_failed`
 */
export function rememberWhereabouts(dir: string): () => void {
  const files = [storePath(dir), `${storePath(dir)}-wal`].map((path) => ({ path, identity: identify(path) }));
  return () => {
    const lost = files.find(({ path, identity }) => identify(path) !== identity);
    if (lost === undefined) return;
    const sentence = `The file ${lost.path} was moved, removed or replaced while Parley was at work: put it back, or stop Parley and restore a backup (parley storage restore).`;
    throw new AppError("storage_failed", sentence);
  };
}

function identify(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}/${found.ino}`;
}
