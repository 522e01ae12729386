import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseArguments } from "../../../src/cli/arguments.ts";
import { exitCodeOf } from "../../../src/cli/exit-code.ts";
import { commands } from "../../../src/cli/operate/commands.ts";
import { operate } from "../../../src/cli/operate/run.ts";

/** Nobody listens there: what is wrong is found before anything is asked. */
const nowhere = "http://127.0.0.1:65001";
const missing = "/nowhere/message.json";

type Wrong = readonly [args: string, says: RegExp];

/** What every command refuses. */
const common: readonly Wrong[] = [
  ["--nope", /^unknown flag --nope/],
  ["--jso", /^unknown flag --jso, did you mean --json\?/],
  ["--url ftp://x", /^--url must be http or https/],
  ["--url http://u:p@x", /^--url must not have credentials in it: use --token or STATEFUN_TOKEN$/],
  ["--url x:y@h:z:", /^--url must be (?:a URL|http or https)/],
  ["--url", /^Option '--url <value>' argument missing$/],
  ["--url a --url b", /^--url is given twice$/],
  ["--token a\u001bb", /^the token must be printable ASCII without blanks$/],
  ["--http-header nothing", /^--http-header must be NAME=VALUE/],
  [
    "--http-header a(b=secret",
    /^--http-header "a\(b" is not a valid name, or its value cannot be sent$/,
  ],
  ["--json=1", /^Option '--json' does not take an argument$/],
];

const functionFirst = (name: string, rest = ""): readonly Wrong[] => [
  [`cart ${rest}`, /^FUNCTION must be "namespace\/name" with exactly one slash/],
  [`a/b/c ${rest}`, /^FUNCTION must be "namespace\/name"/],
  ["", new RegExp(`^FUNCTION is missing: statefun ${name} FUNCTION`)],
];
const tooMany: RegExp = /unexpected argument/;
const ofTimer: readonly Wrong[] = [
  ["1 2", /^ID is missing/],
  ["1 cart x", /^FUNCTION must be/],
  ["1 a/b x y", tooMany],
];
const key: readonly Wrong[] = [
  ["a/b c --key é", /^--key must be printable ASCII/],
  ["a/b c --key=", /^--key must not be empty$/],
];
const messages = (name: string): readonly Wrong[] => [
  ...functionFirst(name, "x y"),
  ["a/b", /^ID is missing/],
  ["a/b x", /^MESSAGE is missing: statefun \w+ FUNCTION ID MESSAGE$/],
  ["a/b x y z", tooMany],
  ["a/b . y", /^ID "\." cannot be sent over HTTP$/],
  [`a/b x @${missing}`, /^file "\/nowhere\/message.json" cannot be read: ENOENT/],
  ["a/b x @", /^@ must name a file/],
  ["a/b x {y --type int", /^MESSAGE must be JSON of io.statefun.types\/int/],
  ["a/b x y --header z", /^--header must be NAME=VALUE/],
  ["a/b x y --header a=1 --header a=2", /there are two headers of that name$/],
  ["a/b x y --type string --key \u00e9", /^--key must be printable ASCII/],
];
const letters = (name: string): readonly Wrong[] => [
  ["", new RegExp(`^ID is missing: statefun ${name} ID…`)],
  ["x", /^ID must be a number as lists show it, got "x"$/],
  ["-1", /^unknown flag -1/],
  ["1.5", /^ID must be a number/],
  ["1 --all", /not both$/],
  ["1 --function a/b", /not both$/],
  ["--all --code x", /not both$/],
  ["--function a", /^--function must be "namespace\/name"/],
  ["--all --up-to x", /^--up-to must be a number/],
  [
    "--since yesterday",
    /^--since must be a time like 1h \(ago\) or 2026-01-31T12:00:00Z, got "yesterday"$/,
  ],
  ["--since 1h --until 2h", /^--since must be before --until$/],
  ["--all --key a\u0007", /^--key must be printable/],
];
const lists: readonly Wrong[] = [
  ["--limit 0", /^--limit must be an integer from 1/],
  ["--limit ten", /^--limit must be an integer/],
  ["--limit 5 --all", /^use either --limit or --all, not both$/],
];
const instances = (name: string): readonly Wrong[] => [
  ...functionFirst(name, "x"),
  ["a/b", /^ID is missing/],
  ["a/b x y", tooMany],
  ...key,
];

const wrong: Readonly<Record<string, readonly Wrong[]>> = {
  ls: [
    ["cart", /^FUNCTION must be/],
    ["a/b c", tooMany],
    ["--prefix x", /^--prefix needs a FUNCTION/],
    ["a/b --troubled --paused", /^use either --troubled or --paused, not both$/],
    ["a/b --prefix=", /^--prefix must not be empty$/],
    ...lists,
  ],
  show: [
    ...functionFirst("show", "x"),
    ["a/b", /^ID is missing: statefun show FUNCTION ID$/],
    ["a/b x y", tooMany],
    ...lists.map(([args, says]) => [`a/b x ${args}`, says] as const),
  ],
  send: [
    ...messages("send"),
    ["a/b x y --delay 5", /^--delay must be a duration like 500ms/],
    ["a/b x y --delay 9999999999999d", /^--delay must be/],
  ],
  call: [
    ...messages("call"),
    ["a/b x y --timeout 0s", /^--timeout must be at least 1ms/],
    ["a/b x y --timeout 90d", /^--timeout must be a duration .* and at most/],
  ],
  dead: [
    ["7", tooMany],
    ["--function a", /^--function must be/],
    ["--since 5", /^--since must be a time/],
    ["--until x", /^--until must be a time/],
    ["--since 1m --until 1h", /^--since must be before/],
    ["--groups --limit 5", /^--groups takes no --limit/],
    ["--code=", /^--code must not be empty$/],
    ...lists,
  ],
  replay: letters("replay"),
  discard: letters("discard"),
  pause: [...functionFirst("pause"), ["a/b c d", tooMany], ...key],
  resume: [...functionFirst("resume"), ["a/b c d", tooMany], ...key],
  tail: [["x", tooMany]],
  skip: [
    ...functionFirst("skip", "x 1"),
    ["a/b x", /^NUMBER is missing/],
    ["a/b x y", /^NUMBER must be a number/],
    ["a/b x 1 2", tooMany],
  ],
  retry: instances("retry"),
  delete: instances("delete"),
  cancel: [["", /^NUMBER is missing/], ["x", /^NUMBER must be a number/], ...ofTimer],
  fire: [["", /^NUMBER is missing/], ["1e3", /^NUMBER must be a number/], ...ofTimer],
  state: [
    ["", /^state must be followed by get, set or clear$/],
    [
      "claer a/b x y",
      /^state must be followed by get, set or clear, got "claer", did you mean clear\?$/,
    ],
    ["get a/b x", /^NAME is missing: statefun state get FUNCTION ID NAME$/],
    ["set a/b x y", /^VALUE is missing/],
    ["get a/b x y z", tooMany],
    ["get a x y", /^FUNCTION must be/],
    [`set a/b x y @${missing}`, /cannot be read: ENOENT/],
  ],
  completion: [
    ["", /^SHELL is missing/],
    ["tcsh", /^SHELL must be bash, zsh, fish, got "tcsh"$/],
    ["bash zsh", tooMany],
  ],
};

const names = ["STATEFUN_URL", "STATEFUN_TOKEN"] as const;
const before = names.map((name) => process.env[name]);
beforeAll(() => {
  // Each run listens, and this process runs hundreds.
  for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);
  process.env["STATEFUN_URL"] = nowhere;
  process.env["STATEFUN_TOKEN"] = "";
});
afterAll(() => {
  for (const [index, name] of names.entries()) {
    const value = before[index];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

async function failed(name: string, args: readonly string[]): Promise<unknown> {
  return operate(name, args).then(
    (code) => `ended with ${code}`,
    (error: unknown) => error,
  );
}

it("is known for every command, ten of each", () => {
  expect(Object.keys(wrong).sort()).toEqual([...commands.keys()].sort());
  for (const inputs of Object.values(wrong)) {
    expect(inputs.length + common.length).toBeGreaterThanOrEqual(10);
  }
});

describe.each(Object.entries(wrong))("statefun %s", (name, own) => {
  it.each([...own, ...common])("%s: exit code 2, and the rule", async (text, says) => {
    const error = await failed(
      name,
      text.split(" ").filter((one) => one !== ""),
    );
    expect(error).toMatchObject({ message: expect.stringMatching(says) });
    expect(exitCodeOf(error)).toBe(2);
    expect(String(error)).not.toMatch(/secret|u:p|\n/);
  });
});

it("takes a flag that may be repeated, and no other one twice", () => {
  const flags = { many: { type: "string", multiple: true }, one: { type: "string" } } as const;
  expect(parseArguments(["--many", "a", "--many", "b"], flags).texts("many")).toEqual(["a", "b"]);
  expect(parseArguments([], flags).texts("many")).toEqual([]);
  expect(() => parseArguments(["--one", "a", "--one", "b"], flags)).toThrow("--one is given twice");
});
