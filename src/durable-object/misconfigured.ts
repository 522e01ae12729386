import { StateFunError } from "../internal/errors.ts";
import { show } from "../internal/show.ts";
import type { DurableObjectStorageLike } from "../store/drivers/durable-object-driver.ts";
import type { DurableObjectNamespaceLike } from "./platform.ts";

/**
 * Runs checks of the configuration. What one of them throws is reported, once in the life of this isolate: every request
 * finds the same.
 */
export function checked(onError: (error: unknown) => void): <T>(check: () => T) => T {
  let isReported = false;
  return (check) => {
    try {
      return check();
    } catch (error) {
      if (!isReported) onError(error);
      isReported = true;
      throw error;
    }
  };
}

/** Throws `misconfigured` where the Worker has no such binding. */
export function namespaceOf(env: unknown, binding: string): DurableObjectNamespaceLike {
  const namespace: unknown = Object(env)[binding];
  if (isNamespace(namespace)) return namespace;
  const write = `[[durable_objects.bindings]] with name = ${show(binding)}`;
  throw misconfigured(`env has no namespace of Durable Objects ${show(binding)}`, write);
}

export function isNamespace(value: unknown): value is DurableObjectNamespaceLike {
  const { idFromName, get } = Object(value);
  return typeof idFromName === "function" && typeof get === "function";
}

/** Throws `misconfigured` for a stub whose methods cannot be called. */
export function assertRpc(stub: unknown, binding: string): void {
  if (typeof Object(stub).receive === "function") return;
  throw misconfigured(
    `the Durable Objects of ${show(binding)} have no RPC`,
    'compatibility_date = "2024-04-03" or a later one',
  );
}

/** Throws `misconfigured` for an object whose class has no SQLite. */
export function assertSqlite(storage: DurableObjectStorageLike, binding: string): void {
  try {
    void storage.sql.databaseSize;
  } catch (cause) {
    const what = `the Durable Objects of ${show(binding)} have no SQLite`;
    const write = "their class in new_sqlite_classes of [[migrations]], and not in new_classes";
    const hint = "a class that was deployed without SQLite stays without: give it a new name";
    throw misconfigured(what, `${write} (${hint})`, cause);
  }
}

/** What only a person mends. */
function misconfigured(what: string, write: string, cause?: unknown): StateFunError {
  return new StateFunError("misconfigured", `${what}: write into wrangler.toml ${write}`, {
    cause,
  });
}
