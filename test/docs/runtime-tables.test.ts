import { createRuntime, type Runtime, type RuntimeOptions } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { resolveRuntimeOptions } from "../../src/host/options.ts";
import { codeSpans, section, tableRows } from "./documents.ts";

const rowsOf = (heading: string) => tableRows(section("docs/embedded.md", heading));
const grouped = (value: number) => value.toLocaleString("en-US");

describe("the table of the runtime's methods", () => {
  it("names every one", async () => {
    const runtime = await createRuntime({ modules: [] });
    const names = Object.keys(runtime).toSorted();
    await runtime.close();
    const named = rowsOf("## The runtime").map(([cell = ""]) => /\w+/.exec(cell)?.[0]);
    // A new one does not compile here until it is added.
    const methods: Record<Exclude<keyof Runtime, symbol>, true> = {
      send: true,
      call: true,
      instance: true,
      idle: true,
      instances: true,
      upgrade: true,
      deadLetters: true,
      backup: true,
      export: true,
      import: true,
      abandonImport: true,
      fetch: true,
      close: true,
      closed: true,
    };
    expect(named).toEqual(Object.keys(methods));
    expect(names).toEqual(Object.keys(methods).toSorted());
  });
});

describe("the table of the runtime's options", () => {
  const rows = rowsOf("## Options");
  const defaultOf = (name: string) => rows.find(([cell]) => cell === `\`${name}\``)?.[1];
  const defaults = resolveRuntimeOptions({ modules: [] });

  it("names every option", () => {
    const options: Record<keyof RuntimeOptions | "env", true> = {
      modules: true,
      store: true,
      egresses: true,
      http: true,
      retry: true,
      timeoutMs: true,
      limits: true,
      idempotencyRetentionMs: true,
      onError: true,
      observer: true,
      paused: true,
      env: true,
    };
    const named = rows.flatMap(([cell = ""]) => codeSpans(cell));
    expect([...new Set(named.map((name) => name.split(".")[0]))]).toEqual(Object.keys(options));
    const parts = (option: string) =>
      named.filter((name) => name.startsWith(option)).map((name) => name.slice(option.length));
    expect(parts("retry.")).toEqual(Object.keys(defaults.retry));
    expect(parts("limits.")).toEqual(["maxMailbox", "maxMessageBytes", "maxStateBytes"]);
  });

  it("gives the defaults that hold", () => {
    const { retry, timeoutMs, idempotencyRetentionMs } = defaults;
    for (const [name, value] of Object.entries(retry)) {
      expect(defaultOf(`retry.${name}`)).toBe(grouped(value));
    }
    for (const name of ["maxMailbox", "maxMessageBytes", "maxStateBytes"] as const) {
      expect(defaultOf(`limits.${name}`)).toBe(grouped(defaults[name]));
    }
    expect(defaultOf("timeoutMs")).toBe(grouped(timeoutMs));
    expect(defaultOf("idempotencyRetentionMs")).toBe(grouped(idempotencyRetentionMs));
  });
});
