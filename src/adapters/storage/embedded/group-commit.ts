import type { DatabaseSync } from "node:sqlite";
import { toFault, toStorageError } from "./faults.ts";
import { toJson } from "./json.ts";
import type { AnyOperation, Batch, Handlers, Read, Request, Search, Write } from "./protocol.ts";
import { createSql } from "./sql.ts";

type AnyHandler = (operation: AnyOperation, at: number) => string;

/** Answers as JSON texts, one a request, in order. */
export type RunBatches = (batches: readonly Batch[]) => string[];

/**
 * Runs requests that arrived together in one transaction with one sync of the disk. Each stands in a savepoint, so that
 * one which fails leaves its neighbours alone; when the commit itself fails, all have failed.
 */
export function createGroupCommit(
  database: DatabaseSync,
  handlers: Handlers<Write>,
  options: {
    readonly dir: string;
    readonly beforeCommit: () => void;
    /** Throws where what is written now would not be found again. */
    readonly checkWhereabouts: () => void;
  },
): RunBatches {
  const sql = createSql(database);
  const runRequest = ([id, operations]: Request, at: number): string => {
    sql.run("SAVEPOINT request");
    try {
      const answer = answerRequest(handlers, id, operations, at);
      sql.run("RELEASE request");
      return answer;
    } catch (error) {
      // A full disk ends the whole transaction by itself; then everybody in it has failed.
      if (!database.isTransaction) throw error;
      sql.run("ROLLBACK TO request");
      sql.run("RELEASE request");
      return refuseRequest(id, error, options.dir);
    }
  };

  return (batches) => {
    try {
      options.checkWhereabouts();
      database.exec("BEGIN IMMEDIATE");
      const answers = batches.flatMap(({ at, requests }) =>
        requests.map((request) => runRequest(request, at)),
      );
      options.beforeCommit();
      database.exec("COMMIT");
      options.checkWhereabouts();
      return answers;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      return batches.flatMap(({ requests }) => requests.map(([id]) => refuseRequest(id, error, options.dir)));
    }
  };
}

/** Runs requests that only read on one state of the store. */
export function createReader(
  database: DatabaseSync,
  handlers: Handlers<Read> | Handlers<Search>,
  dir: string,
): RunBatches {
  const runRequest = ([id, operations]: Request, at: number): string => {
    try {
      return answerRequest(handlers, id, operations, at);
    } catch (error) {
      return refuseRequest(id, error, dir);
    }
  };
  return (batches) => {
    try {
      database.exec("BEGIN");
      return batches.flatMap(({ at, requests }) => requests.map((request) => runRequest(request, at)));
    } catch (error) {
      return batches.flatMap(({ requests }) => requests.map(([id]) => refuseRequest(id, error, dir)));
    } finally {
      // Nothing was written; and after damage was found, a commit would fail.
      if (database.isTransaction) database.exec("ROLLBACK");
    }
  };
}

function answerRequest(
  handlers: Handlers<Write> | Handlers<Read> | Handlers<Search>,
  id: number,
  operations: readonly AnyOperation[],
  at: number,
): string {
  let value = "null";
  for (const operation of operations) {
    const handler = (handlers as unknown as Readonly<Record<string, AnyHandler>>)[operation.op] as AnyHandler;
    value = handler(operation, at);
  }
  return `[${id},${value}]`;
}

function refuseRequest(id: number, error: unknown, dir: string): string {
  return `[${id},null,${toJson(toFault(toStorageError(error, dir)))}]`;
}
