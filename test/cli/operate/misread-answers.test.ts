import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { int, StatefulFunctions } from "statefun";
import { createRuntime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { operator } from "./operators.ts";
import { type Listener, serverOf } from "./proxy.ts";

const json = { "content-type": "application/json" };

/** A server that says that it has objects, and answers everything else so. */
const objects =
  (body: string): Listener =>
  (asked, response) => {
    asked.resume();
    asked.on("end", () => {
      response.writeHead(200, json);
      response.end(asked.url === "/health" ? '{"engine":"durable-object"}' : body);
    });
  };
const always =
  (status: number, headers: Record<string, string>, body: string): Listener =>
  (asked, response) => {
    asked.resume();
    asked.on("end", () => {
      response.writeHead(status, headers);
      response.end(body);
    });
  };

/** An export of one state. */
async function exported(): Promise<Uint8Array> {
  const functions = new StatefulFunctions();
  const state = { total: int };
  const ref = functions.bind("shop/cart", { accepts: int, state }, (context, amount) => {
    context.state.total = amount;
  });
  const runtime = await createRuntime({ modules: functions });
  await runtime.send(ref.at("7"), 1);
  await runtime.idle();
  const bytes = await new Response(runtime.export()).bytes();
  await runtime.close();
  return bytes;
}

describe("an answer without what was asked for", () => {
  it.for([
    ["import", "--abandon"],
    ["ls", "--troubled"],
    ["dead", "--groups"],
    ["show", "shop/cart", "7"],
    ["state", "get", "shop/cart", "7", "items"],
    ["state", "clear", "shop/cart", "7", "items"],
  ])("is no empty one: %s %s", async (args) => {
    for (const [headers, body] of [
      [json, "{}"],
      [{ "content-type": "text/html" }, "<h1>Hello</h1>"],
    ] as const) {
      const ended = await operator(await serverOf(always(200, headers, body)), args);
      expect(ended, args.join(" ")).toMatchObject({ code: 1, output: "" });
      expect(ended.errors).toMatch(/^statefun: [^\n]* not (?:from )?a statefun runtime[^\n]*\n$/);
    }
  });

  it("of objects is no import, and nothing that was abandoned", async () => {
    const url = await serverOf(objects("{}"));
    const digest = "a".repeat(64);
    const abandoned = await operator(url, ["import", "--abandon", "--digest", digest]);
    expect(abandoned).toMatchObject({ code: 1, output: "" });
    expect(abandoned.errors).toContain("not from a statefun runtime");
    const folder = mkdtempSync(join(tmpdir(), "statefun-misread-"));
    const from = join(folder, "app.ndjson");
    writeFileSync(from, await exported());
    const imported = await operator(url, ["import", "--from", from]);
    expect(imported).toMatchObject({ code: 1, output: "" });
    expect(imported.errors).toContain("not from a statefun runtime");
  });
});

describe("a refusal", () => {
  it("says that credentials are not accepted, and by which server", async () => {
    const body = '{"error":{"code":"unauthenticated","message":"authentication failed"}}';
    const url = await serverOf(always(401, json, body));
    const ended = await operator(url, ["pause", "shop/cart", "--token", "secret"]);
    expect(ended).toMatchObject({ code: 1, output: "" });
    expect(ended.errors).toBe(
      `statefun: authentication failed: the server does not accept these credentials (unauthenticated, POST ${url}/admin/functions/shop/cart/pause)\n`,
    );
  });

  it("of a full mailbox is one for now", async () => {
    const body = '{"error":{"code":"mailbox_full","message":"it is full"}}';
    const url = await serverOf(always(429, json, body));
    const ended = await operator(url, ["send", "shop/cart", "7", "x", "--type", "string"]);
    expect(ended).toMatchObject({ code: 3, output: "" });
    expect(ended.errors).not.toContain("unknown");
  });

  it("that no one can read is none for now", async () => {
    const headers = { ...json, "content-encoding": "gzip" };
    const url = await serverOf(always(200, headers, "{}"));
    for (const args of [["ls"], ["tail"], ["export"]]) {
      expect(await operator(url, args), args.join(" ")).toMatchObject({ code: 1, output: "" });
    }
  });
});
