import { address, egress, keep, StatefulFunctions, string } from "statefun";
import { createRuntime } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it } from "vitest";
import { resolveHandlerOptions } from "../../src/handler/options.ts";
import { resolveRuntimeOptions } from "../../src/host/options.ts";
import { defaultCallMs, defaultPayloadBytes } from "../../src/internal/limits.ts";
import { resolveSurfaceOptions } from "../../src/surface/options.ts";
import { section, tableRows } from "./documents.ts";

const page = "docs/reference/limits.md";
const rowsOf = (heading: string) => tableRows(section(page, heading));
const numberOf = (cell = "") => Number(cell.replaceAll(",", ""));

/** The rows that an option sets, by its name. */
function optionsOf(heading: string): ReadonlyMap<string, number> {
  const rows = rowsOf(heading).map(([, number, option = ""]): [string, number] => [
    option.replaceAll("`", ""),
    numberOf(number),
  ]);
  return new Map(rows.filter(([option]) => option !== ""));
}

/** The number of a row that no option sets. */
function fixed(heading: string, limit: string): number {
  const [, number, option] = rowsOf(heading).find(([name]) => name === limit) ?? [];
  expect(option, limit).toBe("");
  return numberOf(number);
}

describe("the page of limits", () => {
  it("has the defaults of a runtime", () => {
    const { retry, ...rest } = resolveRuntimeOptions({ modules: [] });
    expect(optionsOf("## One process and Durable Objects")).toEqual(
      new Map([
        ["limits.maxMessageBytes", rest.maxMessageBytes],
        ["limits.maxStateBytes", rest.maxStateBytes],
        ["limits.maxMailbox", rest.maxMailbox],
        ["timeoutMs", rest.timeoutMs],
        ["retry.maxAttempts", retry.maxAttempts],
        ["retry.initialDelayMs", retry.initialDelayMs],
        ["retry.maxDelayMs", retry.maxDelayMs],
        ["idempotencyRetentionMs", rest.idempotencyRetentionMs],
        ["timeoutMs of the call", defaultCallMs],
      ]),
    );
  });

  it("has the defaults of the surface and of the client", () => {
    const { bodyTimeoutMs, reauthenticateMs } = resolveSurfaceOptions();
    const named = optionsOf("## Over HTTP");
    expect(named.get("http.bodyTimeoutMs")).toBe(bodyTimeoutMs);
    expect(named.get("http.reauthenticateMs")).toBe(reauthenticateMs);
    expect(named.get("maxResponseBytes")).toBe(defaultPayloadBytes);
    expect(named.get("timeoutMs")).toBe(defaultCallMs);
  });

  it("has the defaults of the handler", () => {
    const defaults = resolveHandlerOptions({});
    expect(optionsOf("## The handler for a Flink cluster")).toEqual(
      new Map([
        ["maxBodyBytes", defaults.maxBodyBytes],
        ["bodyTimeoutMs", defaults.bodyTimeoutMs],
        ["timeoutMs", defaults.timeoutMs],
        ["limits.maxInvocations", defaults.maxInvocations],
        ["limits.maxStates", defaults.maxStates],
        ["limits.maxMessageBytes", defaults.maxMessageBytes],
        ["limits.maxStateBytes", defaults.maxStateBytes],
      ]),
    );
  });

  const engine = "## One process and Durable Objects";

  it("has the longest typename", () => {
    const longest = fixed(engine, "a typename, in characters");
    const name = (length: number) => `demo/${"x".repeat(length - 5)}` as const;
    expect(address(name(longest), "zoe")).toMatchObject({ id: "zoe" });
    expect(() => address(name(longest + 1), "zoe")).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });

  it("has the longest address, key and token", async () => {
    const functions = new StatefulFunctions();
    const name = "demo/waiter";
    const waiter = functions.bind(name, { accepts: string }, (context, cancellationToken) => {
      if (context.caller === undefined)
        context.sendAfter(1_000, context.self, string.of(""), { cancellationToken });
    });
    await using runtime = await createTestRuntime(functions, { onError: () => undefined });
    const bytes = fixed(engine, "an address, typename and id");
    const id = (length: number) => "x".repeat(length - name.length);
    await runtime.send(waiter.at(id(bytes)), "t");
    const exceeded = expect.objectContaining({ code: "limit_exceeded" });
    await expect(runtime.send(waiter.at(id(bytes + 1)), "t")).rejects.toThrow(exceeded);
    const idempotencyKey = "k".repeat(fixed(engine, "an idempotency key"));
    await runtime.send(waiter.at("a"), "t", { idempotencyKey });
    await expect(
      runtime.send(waiter.at("a"), "t", { idempotencyKey: `${idempotencyKey}k` }),
    ).rejects.toThrow(exceeded);
    const token = "t".repeat(fixed(engine, "a cancellation token"));
    await runtime.send(waiter.at("b"), token);
    expect(await runtime.deadLetters.list()).toEqual([]);
    await runtime.send(waiter.at("b"), `${token}t`);
    expect(await runtime.deadLetters.list()).toMatchObject([{ error: { code: "limit_exceeded" } }]);
  });

  it("has the longest page", async () => {
    const records = egress("demo/records", string);
    await using runtime = await createRuntime({
      modules: [],
      http: { expose: [records], authenticate: "none" },
      egresses: [keep(records)],
    });
    const longest = rowsOf("## Over HTTP").find(([name]) => name?.includes("on a page"))?.[1];
    const status = async (limit: number) => {
      const url = `http://localhost/egresses/demo/records?limit=${limit}`;
      return (await runtime.fetch(new Request(url))).status;
    };
    expect(await status(numberOf(longest))).toBe(200);
    expect(await status(numberOf(longest) + 1)).toBe(400);
  });
});
