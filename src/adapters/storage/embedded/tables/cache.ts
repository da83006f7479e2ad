import { toJson } from "../json.ts";
import type { HandlersOf, Read, Write } from "../protocol.ts";
import type { Sql } from "../sql.ts";

export function createCacheReads(sql: Sql): HandlersOf<"cache", Read> {
  return {
    "cache.getMany"({ keys }, at) {
      return toJson(
        keys.map((key) => {
          const row = sql.one<{ value: string }>(
            "SELECT value FROM cache WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)",
            key,
            at,
          );
          return row?.value ?? null;
        }),
      );
    },
  };
}

export function createCacheWrites(sql: Sql): HandlersOf<"cache", Write> {
  return {
    "cache.set"({ key, value, expiresAt }) {
      sql.run(
        `INSERT INTO cache (key, value, expires_at) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`,
        key,
        value,
        expiresAt ?? null,
      );
      return toJson(null);
    },

    "cache.delete"({ keys }) {
      const deleted = keys.map((key) => sql.run("DELETE FROM cache WHERE key = ?", key));
      return toJson(deleted.some((count) => count > 0));
    },

    "cache.clear"({ prefix }) {
      sql.run("DELETE FROM cache WHERE substr(key, 1, length(?1)) = ?1", prefix);
      return toJson(null);
    },
  };
}
