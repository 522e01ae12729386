import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { asTypeScript } from "../../src/console/page/screens/send/as-typescript.ts";
import {
  type Draft,
  problemOfDraft,
  requestOf,
} from "../../src/console/page/screens/send/message.ts";
import { asCurl } from "../../src/console/page/ui/values/as-curl.ts";

interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

const seen: Seen[] = [];
const server = createServer(async (request, response) => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const { method = "", url = "", headers } = request;
  seen.push({ method, url: new URL(url, "http://x"), headers, body: Buffer.concat(pieces) });
  const isCall = "prefer" in headers;
  response.writeHead(isCall ? 200 : 202, {
    "content-type": "application/json",
    ...(isCall ? { "statefun-type": "demo/Reply" } : {}),
  });
  response.end('{"id":"1","duplicate":false}');
});
let base = "";
let folder = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  seen.length = 0;
  folder = mkdtempSync(join(tmpdir(), "request-texts-"));
  return () => rmSync(folder, { recursive: true });
});
afterAll(() => void server.close());

/** Runs a program in an empty folder. */
async function run(program: string, args: readonly string[], input = ""): Promise<string> {
  const env = { ...process.env, STATEFUN_TOKEN: "secret token", HOME: folder };
  const child = spawn(program, args, { cwd: folder, env });
  child.stdin.end(input);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (piece) => (output += piece));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([output, code]).toEqual([output, 0]);
  return output;
}

const draft: Draft = {
  ...{ function: "shop/cart", id: "42", type: "shop/Add", form: "json", body: '{"sku":"A"}' },
  ...{ delayMs: "", isCall: false, timeoutMs: "", key: "key-1" },
};

/** Ids and values that a shell, curl, a URL or a program could take for something else. */
const hostile = [
  "",
  "'; touch owned; '",
  '"; touch owned; "',
  "$(touch owned)",
  "`touch owned`",
  "\\'; touch owned #",
  "@/etc/hostname",
  "-o owned",
  "!! !1 ^a^b",
  "{a,b}[1-3]",
  "a\nEND\ntouch owned\n",
  "a\r\nb",
  "tab\tand \u0001 and \u001b[31m",
  "%00%0a+ &x=1#hash",
  "..",
  "\u202eevil\u2028\u2029</script>",
  "Zoë 😀",
  "$STATEFUN_TOKEN",
];

async function curl(given: Draft, hasToken = false): Promise<Seen> {
  const request = requestOf(given);
  const url = new URL(`${base}/ops/admin/send`);
  for (const [name, value] of Object.entries(request.query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const command = asCurl(request, url.href, hasToken).replace("curl ", "curl -sS ");
  await run("bash", [], command);
  expect(readdirSync(folder)).toEqual([]);
  const [one, ...more] = seen.splice(0);
  expect(more).toEqual([]);
  if (one === undefined) throw new Error("nothing came");
  return one;
}

describe("copied as curl, in a real bash", () => {
  it.each(hostile)(
    "sends the id, the key and the value %j, and does nothing else",
    async (text) => {
      const body = JSON.stringify({ [text]: text });
      const { method, url, headers, body: sent } = await curl({ ...draft, id: text, body });
      expect([method, url.pathname]).toEqual(["POST", "/ops/admin/send"]);
      expect(Object.fromEntries(url.searchParams)).toEqual({ function: "shop/cart", id: text });
      expect(headers).toMatchObject({ "statefun-admin": "1", "idempotency-key": "key-1" });
      expect(headers).not.toHaveProperty("authorization");
      expect(sent.toString()).toBe(body);
    },
  );

  it.each(hostile.filter((text) => text !== "" && !/\p{Cc}/u.test(text)))(
    "sends the type and the key %j",
    async (text) => {
      const { headers } = await curl({ ...draft, type: text, key: text });
      for (const name of ["statefun-type", "idempotency-key"]) {
        expect(Buffer.from(String(headers[name]), "latin1").toString()).toBe(text);
      }
    },
  );

  it("sends bytes, zero bytes, nothing, and much", async () => {
    const bytes = Buffer.from([0, 255, 10, 39, 128]);
    const base64 = { ...draft, form: "base64" } as const;
    expect((await curl({ ...base64, body: bytes.toString("base64") })).body).toEqual(bytes);
    expect((await curl({ ...base64, body: "" })).body.length).toBe(0);
    const much = JSON.stringify("'x".repeat(300_000));
    expect((await curl({ ...draft, body: much })).body.toString()).toBe(much);
  });

  it("takes the token from the environment, and says what a call and a delay need", async () => {
    const call = await curl({ ...draft, isCall: true, timeoutMs: "500", delayMs: "9" }, true);
    expect(call.headers["authorization"]).toBe("Bearer secret token");
    expect(call.url.search).toBe("?function=shop%2Fcart&id=42&call=true&timeoutMs=500");
    const later = await curl({ ...draft, timeoutMs: "500", delayMs: "09" });
    expect(later.url.search).toBe("?function=shop%2Fcart&id=42&delayMs=9");
    expect(asCurl(requestOf(draft), "http://x/", true)).not.toContain("secret");
  });
});

const fromSource = fileURLToPath(new URL("../docs/from-source.ts", import.meta.url));

async function program(given: Draft, hasToken = false): Promise<Seen> {
  const path = join(folder, "program.ts");
  writeFileSync(path, asTypeScript(given, `${base}/ops`, hasToken));
  await run("node", ["--import", fromSource, path]);
  expect(readdirSync(folder)).toEqual(["program.ts"]);
  const [one, ...more] = seen.splice(0);
  expect(more).toEqual([]);
  if (one === undefined) throw new Error("nothing came");
  return one;
}

describe("copied as TypeScript, in a real Node", () => {
  it("sends every hostile id and value as it is", async () => {
    const id = hostile.join(" ");
    const body = JSON.stringify(
      Object.fromEntries([["__proto__", 1], ...hostile.map((one) => [one, one])]),
    );
    const { method, url, headers, body: sent } = await program({ ...draft, id, body });
    expect(method).toBe("POST");
    expect(decodeURIComponent(url.pathname.split("/").at(-1) ?? "")).toBe(id);
    expect(url.pathname).toMatch(/^\/ops\/functions\/shop\/cart\//);
    expect(headers).toMatchObject({ "statefun-type": "shop/Add", "idempotency-key": "key-1" });
    expect(JSON.parse(sent.toString())).toEqual(JSON.parse(body));
  });

  it.each([
    ["io.statefun.types/string", "json", "\"a\\n'b'\""],
    ["io.statefun.types/int", "json", "-5"],
    ["io.statefun.types/long", "json", '"9223372036854775807"'],
    ["io.statefun.types/long", "json", "12"],
    ["io.statefun.types/bool", "json", "true"],
    ["io.statefun.types/double", "json", '"NaN"'],
    ["io.statefun.types/float", "json", "1.5"],
    ["demo/Bytes", "base64", "AAEC\n/w=="],
    ["demo/Json", "json", '{"n":12345678901234567890}'],
  ] as const)("sends a %s as %s: %s", async (type, form, body) => {
    const { headers, body: sent } = await program({ ...draft, type, form, body });
    expect(headers["statefun-type"]).toBe(type);
    if (type === "demo/Json") expect(sent.toString()).toBe(body);
    else if (form === "base64") expect(sent.toString("base64")).toBe("AAEC/w==");
    else expect(sent.length).toBeGreaterThan(1);
  });

  it("sends to an empty id, which is an id", async () => {
    const { url, body } = await program({ ...draft, id: "" });
    expect(url.pathname).toBe("/ops/functions/shop/cart/");
    expect(body.toString()).toBe(draft.body);
  });

  it("calls, with a time to wait, and a token of the environment", async () => {
    const { headers } = await program({ ...draft, isCall: true, timeoutMs: "1500" }, true);
    expect(headers).toMatchObject({ prefer: "wait=1.5", authorization: "Bearer secret token" });
    const later = await program({ ...draft, delayMs: "5000" });
    expect(later.headers).toMatchObject({ "statefun-delay-ms": "5000" });
  });
});

describe("a draft", () => {
  it.each([
    [{ function: "" }, "choose a function"],
    [{ id: "" }, undefined],
    [{ type: "" }, "name the type of the message"],
    [{ key: "" }, "give an idempotency key"],
    [{ key: "a\nb" }, "the type and the key cannot have control characters"],
    [{ body: "{" }, /^the value is not JSON: /],
    [{ form: "base64", body: "!" }, "the bytes are not base64"],
    [{ delayMs: "-1" }, "the delay is in milliseconds"],
    [{ isCall: true, timeoutMs: "x" }, "the time to wait is in milliseconds"],
    [{ isCall: true, delayMs: "x" }, undefined],
  ] as const)("%j: %s", (change, expected) => {
    const problem = problemOfDraft({ ...draft, ...change });
    if (expected instanceof RegExp) expect(problem).toMatch(expected);
    else expect(problem).toBe(expected);
  });
});
