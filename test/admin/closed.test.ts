import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import type { AdminRoute } from "../../src/surface/admin/admin-route.ts";
import { adminRoutes } from "../../src/surface/admin/admin-routes.ts";
import { cart, start, worker } from "./app.ts";

const pen = JSON.stringify({ item: "pen", count: 1 });

/** An engine of one process has none of it, closed or not. */
const ofObjects = ["POST /admin/export", "POST /admin/import/part"];
const known = adminRoutes.filter(({ method, path }) => !ofObjects.includes(`${method} ${path}`));

function isSent(body: AdminRoute["body"]): boolean {
  return body !== undefined && body.kind !== "json" && !("isOptional" in body);
}

const rows = known.map(({ method, path, does, query = [], body }) => {
  const at = path.replace("{namespace}/{name}", "ops/cart").replaceAll(/\{\w+\}/g, "1");
  const values: Readonly<Record<string, string>> = { function: "ops/cart", of: "dead-letter" };
  const needed = query.filter(({ isNeeded }) => isNeeded === true);
  return {
    name: `${method} ${path}`,
    ...{ method, does },
    // A message, or a state, is read before the engine is asked.
    sent: isSent(body) ? { body: pen } : {},
    at: `${at}?${new URLSearchParams(needed.map(({ name }) => [name, values[name] ?? "1"]))}`,
  };
});

describe.each([false, true])("a runtime that has closed, with a file: %s", (isFile) => {
  it("answers operators without a failure of its own", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "statefun-closed-")), "store.db");
    const started = await start(isFile ? { store: sqliteStore(path) } : {});
    const { runtime, ask, errors } = started;
    await runtime.send(cart.at("1"), { item: "pen", count: 1 });
    await runtime.send(worker.at("1"), "never");
    await runtime.idle();
    await runtime.close();
    errors.length = 0;
    const answers = new Map<string, number>();
    for (const { name, method, at, sent } of rows) {
      const headers = { "if-match": '""', "content-type": "application/json" };
      const response = await ask(at, { method, headers, ...sent });
      answers.set(name, response.status);
      await response.body?.cancel();
    }
    expect([...answers].filter(([, status]) => status >= 500 && status !== 503)).toEqual([]);
    expect(errors).toEqual([]);
    const changes = rows.filter(({ does, method }) => does === "write" && method !== "PUT");
    for (const name of [...changes.map((row) => row.name), "GET /admin/export"]) {
      expect([name, answers.get(name)]).toEqual([name, 503]);
    }
  });
});
