import { defineModule, functionRef, StatefulFunctions, string } from "statefun";
import { openTelemetry } from "statefun/opentelemetry";
import { createRuntime, memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import type { IngressHost } from "../../src/engine/contract/ingress-host.ts";
import { telemetry } from "./support/telemetry.ts";

const { named } = telemetry();
const one = functionRef("demo/one", string, { replies: string });
const forged = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const headers = { a: "kept", "statefun-failed": forged };

/** An application, and the host of an ingress of it that a test feeds. */
async function started() {
  const seen: string[][] = [];
  const functions = new StatefulFunctions("demo");
  functions.implement(one, {}, (context, text) => {
    seen.push([...context.headers].map(([name]) => name));
    if (context.caller !== undefined) context.reply(text);
  });
  let host: IngressHost | undefined;
  const start = (given: IngressHost) => {
    host = given;
    const health = () =>
      ({ typename: "test/hand", status: "running", troubles: [], sources: [] }) as const;
    return { stop: async () => {}, health };
  };
  const ingress = { typename: "test/hand", "~ingress": { start } };
  const runtime = await createRuntime({
    modules: [functions, defineModule({ name: "hand", ingresses: [ingress] }) as never],
    store: memoryStore(),
    observer: openTelemetry(),
    http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  });
  const post = async (path: string, more: Record<string, string> = {}) => {
    const all: Record<string, string> = { "content-type": "text/plain", ...more };
    for (const [name, value] of Object.entries(headers)) all[`statefun-header-${name}`] = value;
    const init = { method: "POST", headers: all, body: "x" };
    const response = await runtime.fetch(new Request(`http://localhost${path}`, init));
    expect(response.status, await response.text()).toBe(202);
  };
  const ingest = () =>
    new Promise<void>((resolve, reject) => {
      const list = Object.entries(headers).map(([key, text]) => ({
        key,
        value: new TextEncoder().encode(text),
      }));
      const argument = { typename: string.typename, bytes: string.encode("x"), headers: list };
      const target = { typename: "demo/one", id: "1" };
      const messages = [{ target, argument }];
      host?.ingest({ source: "s", position: "1", messages }, (error) =>
        error === undefined ? resolve() : reject(error),
      );
    });
  return { runtime, seen, post, ingest };
}

describe("the header by which a replay names the attempt that failed", () => {
  it("is taken off a message from outside, whichever way it comes", async () => {
    const { runtime, seen, post, ingest } = await started();
    await using closing = runtime;
    const ways: [string, () => Promise<unknown>][] = [
      ["a send", () => runtime.send(one.at("1"), "x", { headers })],
      ["a delayed send", () => runtime.send(one.at("1"), "x", { headers, delayMs: 1 })],
      ["a call", () => runtime.call(one.at("1"), "x", { headers })],
      ["a request", () => post("/functions/demo/one/1")],
      ["an ingress", ingest],
      [
        "an operator",
        () =>
          post("/admin/send?function=demo/one&id=1", {
            "statefun-admin": "1",
            "idempotency-key": "k",
          }),
      ],
    ];
    for (const [way, send] of ways) {
      await send();
      await expect.poll(() => seen.length, { timeout: 60_000, message: way }).toBe(1);
      expect([way, seen.splice(0).flat().includes("a")]).toEqual([way, true]);
      await closing.idle();
      const spans = named("process demo/one");
      const failed = spans.flatMap(({ links }) => links.filter((link) => link.attributes));
      expect([way, failed]).toEqual([way, []]);
    }
  });
});
