import { type HandlerOptions, int, requestReplyHandler, StatefulFunctions } from "statefun";
import { codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { resolveHandlerOptions } from "../../src/handler/options.ts";
import { batchOf, bodyOf, octetStream, wireValue } from "../contract/client.ts";
import { codeSpans, section, tableRows } from "./documents.ts";

const functions = new StatefulFunctions();
functions.bind("docs/fails", () => {
  throw new Error("secret");
});
functions.bind("docs/works", () => {});

const handler = requestReplyHandler(functions, {
  onError: () => undefined,
  maxBodyBytes: 1_000,
  bodyTimeoutMs: 200,
  authenticate: (request) => !request.headers.has("x-stranger"),
});

const body = (typename: string) => bodyOf(codecV3, batchOf(typename, [wireValue(int, 1)]));
const works = body("docs/works");
const post = (init: RequestInit) => ({ method: "POST", headers: octetStream, ...init });

/** A request for each row of the table of statuses. */
const requests: readonly (readonly [status: number, init: RequestInit])[] = [
  [200, post({ body: works })],
  [400, post({ body: "hello" })],
  [401, post({ body: works, headers: { ...octetStream, "x-stranger": "" } })],
  [405, { method: "GET" }],
  [408, post({ body: new ReadableStream(), ...{ duplex: "half" } })],
  [413, post({ body: new Uint8Array(1_001) })],
  [415, post({ body: works, headers: { "content-type": "text/plain" } })],
  [500, post({ body: body("docs/fails") })],
];

describe("the table of statuses", () => {
  const rows = tableRows(section("docs/flink.md", "## Statuses and limits"));
  const statuses = rows.filter(([status = ""]) => /^\d{3}$/.test(status));

  it("has each of them once", () => {
    expect(statuses.map(([status]) => Number(status))).toEqual(requests.map(([status]) => status));
  });

  it.for(requests)("says what a %s has in its body", async ([status, init]) => {
    const response = await handler(new Request("http://localhost/statefun", init));
    expect(response.status).toBe(status);
    if (status === 200) {
      expect(response.headers.get("content-type")).toBe("application/octet-stream");
      return;
    }
    const [, , said = ""] = statuses.find(([row]) => Number(row) === status) ?? [];
    const [code] = (await response.text()).split(/[:\n]/);
    expect(codeSpans(said)).toContain(code);
  });
});

describe("the tables of options and limits", () => {
  const grouped = (value: number) => value.toLocaleString("en-US");
  const defaults = resolveHandlerOptions({});
  const cellOf = (heading: string, name: string): string | undefined =>
    tableRows(section("docs/flink.md", heading)).find(([cell]) => cell === `\`${name}\``)?.[1];

  it("name every option", () => {
    // A new option does not compile here until it is added.
    const options: Record<keyof HandlerOptions, true> = {
      protocol: true,
      maxBodyBytes: true,
      bodyTimeoutMs: true,
      timeoutMs: true,
      authenticate: true,
      deadLetter: true,
      cancellation: true,
      kafkaHeaders: true,
      onError: true,
      observer: true,
      env: true,
      limits: true,
    };
    const named = tableRows(section("docs/flink.md", "## Options")).map(([cell = ""]) => cell);
    expect(named.flatMap(codeSpans).toSorted()).toEqual(Object.keys(options).toSorted());
  });

  it("give the defaults that hold", () => {
    const options = (name: string) => cellOf("## Options", name);
    expect(options("protocol")).toBe(`\`"${defaults.protocol}"\``);
    expect(options("kafkaHeaders")).toBe(`\`"${defaults.kafkaHeaders}"\``);
    expect(options("cancellation")).toBe(`\`"${defaults.cancellation ? "send" : "refuse"}"\``);
    expect(options("maxBodyBytes")).toBe(grouped(defaults.maxBodyBytes));
    expect(options("timeoutMs")).toBe(grouped(defaults.timeoutMs));
  });

  it("give the limits that hold", () => {
    const limits = (name: string) => cellOf("## Statuses and limits", name);
    expect(limits("maxBodyBytes")).toBe(grouped(defaults.maxBodyBytes));
    expect(limits("limits.maxInvocations")).toBe(grouped(defaults.maxInvocations));
    expect(limits("limits.maxStates")).toBe(grouped(defaults.maxStates));
    for (const name of ["maxMessageBytes", "maxStateBytes"] as const) {
      expect(limits(`limits.${name}`)).toBe("`maxBodyBytes`");
      expect(resolveHandlerOptions({ maxBodyBytes: 7 })[name]).toBe(7);
    }
  });
});
