import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type CurlParts, curlOf } from "../../src/console/page/screens/dead-letters/letter-curl.ts";
import type { ValueText } from "../../src/console/page/ui/values/value-text.ts";

const parts: CurlParts = {
  url: "https://ops.example/admin/send?function=shop%2Fpay&id=%27%3B+touch+x",
  typename: "shop/Charge",
  value: { form: "json", text: '{ "order": 12345678901234567890 }' },
  headers: [],
  key: "dead-letter-918407",
  hasToken: true,
};

/** Runs the command with a `curl` that says what it got. */
function run(command: string): { readonly args: string[]; readonly input: string } {
  const fake = `curl() { printf '%s\\0' "$@"; printf '\\0'; if [[ " $* " == *" @- "* ]]; then cat; fi; }`;
  const env = { PATH: process.env["PATH"], STATEFUN_TOKEN: "t$(echo pwned)" };
  // By its input, as a terminal has it: no argument has room for a large command.
  const script = `${fake}
${command}
`;
  const options = {
    env,
    input: Buffer.from(script),
    encoding: "latin1",
    maxBuffer: 10_000_000,
  } as const;
  const out = execFileSync("bash", ["--norc"], options);
  const end = out.indexOf("\0\0");
  return { args: out.slice(0, end).split("\0"), input: out.slice(end + 2) };
}

const bodyOf = (value: ValueText): string => {
  const { args, input } = run(curlOf({ ...parts, value }));
  const raw = args[args.indexOf("--data-raw") + 1] ?? "";
  return args.includes("--data-raw") ? raw : input;
};

const latin1 = (text: string): string => Buffer.from(text).toString("latin1");

describe("a letter as curl", () => {
  it("is read by a shell as it was meant", () => {
    const { args } = run(curlOf(parts));
    expect(args).toEqual([
      "--globoff",
      ...["--request", "POST", parts.url],
      ...["--header", "Content-Type: application/json"],
      ...["--header", "Statefun-Type: shop/Charge"],
      ...["--header", "Statefun-Admin: 1"],
      ...["--header", "Idempotency-Key: dead-letter-918407"],
      ...["--header", "Authorization: Bearer t$(echo pwned)"],
      ...["--data-raw", '{"order":12345678901234567890}'],
    ]);
  });

  it.each([
    "'; touch /tmp/pwned; '",
    "$(touch /tmp/pwned) `id` $HOME $IFS !! \\ \" ' \n",
    "@/etc/passwd",
    "END\nid\nEND",
    "é✓ \u202e",
  ])("executes nothing of a value: %j", (text) => {
    expect(bodyOf({ form: "text", text })).toBe(latin1(text));
    expect(bodyOf({ form: "json", text: JSON.stringify(text) })).toBe(latin1(JSON.stringify(text)));
  });

  it("pipes what no argument can be: zero bytes, bytes, and much", () => {
    expect(bodyOf({ form: "text", text: "a\0b" })).toBe("a\0b");
    expect(bodyOf({ form: "base64", text: "AP8n" })).toBe("\x00\xff'");
    expect(bodyOf({ form: "text", text: "x".repeat(200_000) })).toHaveLength(200_000);
  });

  it("has the headers of the message that HTTP can have", () => {
    const headers = [
      { name: "traceparent", value: "00-4bf9-01" },
      { name: "X-Who", value: "it's" },
      { name: "bad", value: "a\r\nx: y" },
      { name: "none", value: null },
      { name: "bytes", base64: "AA==" },
      { name: "empty", value: "" },
    ];
    const { args } = run(curlOf({ ...parts, headers }));
    const sent = args.filter((one) => /^(traceparent|statefun-header)/.test(one));
    expect(sent).toEqual(["traceparent: 00-4bf9-01", "statefun-header-%58-%57ho: it's"]);
  });

  it("adds no header by a type with a line break", () => {
    const { args } = run(curlOf({ ...parts, typename: "a/b\r\nx: y" }));
    expect(args.join("\n")).not.toContain("x: y");
  });
});
