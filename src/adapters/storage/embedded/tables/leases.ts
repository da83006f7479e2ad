import { toJson } from "../json.ts";
import type { HandlersOf, Write } from "../protocol.ts";
import type { Sql } from "../sql.ts";

/** Who holds what; `monotonicMs` measures the leases, so that no change of the clock ends or prolongs one. */
export function createLeaseWrites(sql: Sql, monotonicMs: () => number): HandlersOf<"leases", Write> {
  return {
    "leases.acquire"({ name, owner, ttlMs }) {
      const acquired = sql.one<{ token: number }>(
        `INSERT INTO leases (name, token, owner, lease_until) VALUES (?1, 1, ?2, ?3 + ?4)
         ON CONFLICT DO UPDATE SET
           token = token + (owner IS NOT ?2 OR lease_until <= ?3),
           owner = ?2,
           lease_until = ?3 + ?4
         WHERE owner IS NULL OR owner = ?2 OR lease_until <= ?3
         RETURNING token`,
        name,
        owner,
        monotonicMs(),
        ttlMs,
      );
      return toJson(acquired?.token ?? null);
    },

    "leases.renew"({ name, token, ttlMs }) {
      const renewed = sql.run(
        `UPDATE leases SET lease_until = ?1 + ?2
         WHERE name = ?3 AND token = ?4 AND owner IS NOT NULL AND lease_until > ?1`,
        monotonicMs(),
        ttlMs,
        name,
        token,
      );
      return toJson(renewed === 1);
    },

    "leases.release"({ name, token }) {
      sql.run("UPDATE leases SET owner = NULL WHERE name = ? AND token = ?", name, token);
      return toJson(null);
    },
  };
}

/** Nobody holds anything when the process starts; tokens go on from where they were. */
export function voidLeases(sql: Sql): void {
  sql.run("UPDATE leases SET owner = NULL WHERE owner IS NOT NULL");
}
