import { execFile } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { egress, int, json, keep, StatefulFunctions } from "statefun";
import { bearerToken } from "statefun/http";
import { serve } from "statefun/node";
import { createRuntime } from "statefun/runtime";
import { expect, it } from "vitest";
import { z } from "zod";
import { targetDir } from "./sdks.ts";

const run = promisify(execFile);
const token = "let-me-in";

const Order = json("shop/Order", z.object({ item: z.string(), count: z.int().min(1) }));
const Total = json("shop/Total", z.object({ count: z.int() }));
/** Refers to itself. */
const tree = z.object({
  name: z.string(),
  get children(): z.ZodArray<typeof tree> {
    return z.array(tree);
  },
});
const Tree = json("shop/Tree", tree);
const orders = egress("shop/orders", Order);

const functions = new StatefulFunctions("shop");
const cart = functions.bind(
  "shop/cart",
  { accepts: Order, replies: Total, state: { count: { type: int, initial: 0 } } },
  (context, order) => {
    context.state.count += order.count;
    context.emit(orders, order);
    if (context.caller !== undefined) context.reply({ count: context.state.count });
  },
);
const echo = functions.bind("shop/echo", { accepts: Tree, replies: Tree }, (context, message) => {
  if (context.caller !== undefined) context.reply(message);
});

/** Python with the client of a document, generated as its users would. */
async function generated(document: string): Promise<string> {
  const folder = join(targetDir, "openapi-client");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "openapi.json");
  writeFileSync(file, document);
  const bin = join(targetDir, "openapi", "bin");
  const args = ["generate", "--path", file, "--output-path", join(folder, "client")];
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}` };
  const { stdout, stderr } = await run(join(bin, "openapi-python-client"), args, { env });
  // It leaves out what it cannot say, and warns.
  expect(stdout + stderr).not.toMatch(/warning|skipp|unsupported|unable/i);
  cpSync(join(import.meta.dirname, "openapi", "client.py"), join(folder, "client", "main.py"));
  return join(folder, "client", "main.py");
}

it.each(["", "/api"])(
  "a Python client that is generated from openapi.json sends, calls and reads below %j",
  { timeout: 60_000 },
  async (basePath) => {
    const runtime = await createRuntime({
      modules: [functions],
      egresses: [keep(orders)],
      http: { expose: [cart, echo, orders], authenticate: bearerToken(token), basePath },
    });
    const server = await serve({ fetch: runtime.fetch, port: 0 });
    try {
      const url = `http://127.0.0.1:${server.port}${basePath}`;
      const stranger = await fetch(`${url}/openapi.json`);
      expect(stranger.status).toBe(401);
      const authorization = `Bearer ${token}`;
      const response = await fetch(`${url}/openapi.json`, { headers: { authorization } });
      const program = await generated(await response.text());
      const python = join(targetDir, "openapi", "bin", "python");
      const { stdout } = await run(python, [program, url, token]);
      expect(JSON.parse(stdout)).toEqual({
        sameId: true,
        duplicates: [false, true],
        status: 200,
        reply: { count: 4 },
        errors: ["idempotency_conflict", "value_invalid", "unauthenticated"],
        echo: { name: "root", children: [{ name: "leaf", children: [] }] },
        records: [
          { item: "pen", count: 2 },
          { item: "pen", count: 2 },
        ],
        from: { typename: "shop/cart", id: "é/1 ?#" },
      });
    } finally {
      await runtime.close();
      await server.close();
    }
  },
);
