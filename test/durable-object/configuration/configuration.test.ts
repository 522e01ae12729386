import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Configuration, startObjects } from "../support/objects.ts";

interface Mistake {
  readonly what: string;
  readonly configuration?: Configuration;
  readonly bindings?: Record<string, string>;
  /** What the log says that must be written. */
  readonly write: RegExp;
}

const mistakes: readonly Mistake[] = [
  {
    what: "a class under new_classes",
    configuration: { useSQLite: false },
    write: /no SQLite: write into wrangler\.toml .*new_sqlite_classes.*not in new_classes/,
  },
  {
    what: "a compatibility date before there was RPC",
    configuration: { compatibilityDate: "2024-04-02" },
    write: /no RPC: write into wrangler\.toml compatibility_date = "2024-04-03" or a later one/,
  },
  {
    what: "a binding that is not there",
    bindings: { BINDING: "STATFUN" },
    write:
      /no namespace of Durable Objects "STATFUN": write into wrangler\.toml \[\[durable_objects/,
  },
];

describe.for(mistakes)("$what", ({ configuration, bindings, write }) => {
  it("is logged once, with what to write, and no client is asked to repeat anything", async () => {
    let log = "";
    const onOutput = (text: string): void => {
      log += text;
    };
    const entry = join(import.meta.dirname, "worker.ts");
    const objects = await startObjects(entry, bindings, { ...configuration, onOutput });
    const headers = {
      "content-type": "application/json",
      "statefun-type": "io.statefun.types/int",
    };
    const ask = async (path: string, init?: RequestInit) => {
      const response = await fetch(`${objects.url()}${path}`, init);
      const text = await response.text();
      expect(text).not.toMatch(/repeat|wrangler|later/);
      return `${response.status} ${JSON.parse(text).error?.code ?? JSON.parse(text).status}`;
    };
    try {
      const one = { method: "POST", headers, body: "1" };
      expect(await ask("/functions/iso/counter/1", one)).toBe("500 misconfigured");
      const call = { ...one, headers: { ...headers, prefer: "wait=5" } };
      expect(await ask("/functions/iso/counter/2", call)).toBe("500 misconfigured");
      expect(await ask("/admin/instances/iso/counter/1")).toBe("500 misconfigured");
      expect(await ask("/admin/dead-letters")).toBe("500 misconfigured");
      expect(await ask("/health")).toBe("503 misconfigured");
      await expect.poll(() => log).toMatch(write);
      expect(log.match(new RegExp(write, "g"))).toHaveLength(1);
    } finally {
      await objects.close();
    }
  });
});
