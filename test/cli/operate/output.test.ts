import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Output } from "../../../src/cli/operate/output/output.ts";
import { Table } from "../../../src/cli/operate/output/table.ts";
import { cutTo, padded, widthOf } from "../../../src/cli/operate/output/text-width.ts";
import * as words from "../../../src/cli/operate/output/words.ts";
import { coloursOf } from "../../../src/cli/output/colours.ts";
import { start } from "./app.ts";
import { command, Operator, startOperator } from "./operators.ts";

describe("the width of a text", () => {
  it.for([
    ["", 0],
    ["abc", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["日本", 4],
    ["🙂", 2],
    ["👩‍👩‍👧", 2],
    ["\u200b", 0],
    ["ｆ", 2],
  ] as const)("%o is %o columns", ([text, width]) => {
    expect(widthOf(text)).toBe(width);
    expect(widthOf(padded(text, 6, false))).toBe(6);
    expect(widthOf(padded(text, 6, true))).toBe(6);
  });

  it("cuts between letters", () => {
    expect(cutTo("abcdef", 6)).toBe("abcdef");
    expect(cutTo("abcdef", 4)).toBe("abc…");
    expect(cutTo("日本語", 4)).toBe("日…");
    expect(cutTo("e\u0301e\u0301e\u0301", 2)).toBe("e\u0301…");
    expect(cutTo("abc", 0)).toBe("");
  });
});

describe("a table", () => {
  const outputOf = (width?: number) => {
    const lines: string[] = [];
    const out: Output = {
      isJson: false,
      colours: coloursOf({ isTTY: false }),
      width,
      closed: new AbortController().signal,
      line: async (text) => void lines.push(text),
      json: async () => {},
      note: () => {},
    };
    return { out, lines };
  };
  const columns = [
    { title: "ID", text: (row: readonly string[]) => row[0] ?? "" },
    { title: "N", text: (row: readonly string[]) => row[1] ?? "", isRight: true },
    { title: "REASON", text: (row: readonly string[]) => row[2] ?? "" },
  ];

  it("is aligned, its columns grow from page to page", async () => {
    const { out, lines } = outputOf();
    const table = new Table(columns, out);
    await table.write([
      ["a", "1", "x"],
      ["日本", "10", ""],
    ]);
    await table.write([["longer", "7", "y"]]);
    expect(lines).toEqual(["ID     N  REASON", "a      1  x", "日本  10", "longer   7  y"]);
  });

  it("shows control characters, and never gives them to a terminal", async () => {
    const { out, lines } = outputOf();
    await new Table(columns, out).write([["\u001b[2J\n\u202e", "1", "\u0007\r\ttab"]]);
    expect(lines[1]).toBe("\\u001b[2J\\n\\u202e  1  \\u0007\\u000d\\u0009tab");
  });

  it.for([20, 30, 60, 200])("fits into %i columns, the widest cut first", async (width) => {
    const { out, lines } = outputOf(width);
    await new Table(columns, out).write([["x".repeat(30), "1", "y".repeat(200)]]);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(Math.max(width, 23));
    if (width === 60) expect(lines[1]).toMatch(/^x{22,30}…? {2}1 {2}y+…$/);
  });
});

describe("words", () => {
  it("are short", () => {
    expect([0, 999, 1_000, 61_000, 7_200_000, 200_000_000].map(words.span)).toEqual([
      "0s",
      "0s",
      "1s",
      "1m",
      "2h",
      "2d",
    ]);
    expect([undefined, 0, 2_048, 5_242_880].map(words.bytes)).toEqual([
      "-",
      "0 B",
      "2 KiB",
      "5 MiB",
    ]);
    expect(words.count(1_234_567)).toBe("1,234,567");
    expect(words.value({ value: { a: 1 } })).toBe('{"a":1}');
    expect(words.value({ size: 5_000, digest: "x", preview: "abc" })).toBe("abc… (5 KiB)");
    expect(words.value({ base64: "AA==" })).toBe("base64 AA==");
    expect(["", " a", "a"].map(words.id)).toEqual(['""', '" a"', "a"]);
  });
});

describe("a program", () => {
  const hasScript = spawnSync("script", ["--version"]).status === 0;
  const onTerminal = async (
    url: string,
    args: string,
    environment: Record<string, string> = {},
  ) => {
    const line = `stty cols 50; ${command.map((one) => `'${one}'`).join(" ")} ${args}`;
    const all = { STATEFUN_URL: url, STATEFUN_TOKEN: "writer", TERM: "xterm", ...environment };
    return (await new Operator(["script", "-qec", line, "/dev/null"], { environment: all }).ended)
      .output;
  };

  it.skipIf(!hasScript)(
    "cuts tables to the width of a terminal, in colours unless NO_COLOR",
    async () => {
      const { url, shop } = await start();
      shop.trouble = "a very long reason ".repeat(10);
      await startOperator(url, ["send", "shop/worker", "a", "x"]).ended;
      await startOperator(url, ["pause", "shop/cart"]).ended;
      const plain = await onTerminal(url, "dead", { NO_COLOR: "1" });
      expect(plain).toContain("…");
      for (const line of plain.split("\r\n")) expect(widthOf(line)).toBeLessThanOrEqual(80);
      expect(plain).not.toContain("\u001b[");
      expect(await onTerminal(url, "ls")).toContain("\u001b[33mpaused");
      expect((await startOperator(url, ["ls"]).ended).output).not.toContain("\u001b[");
    },
  );

  it("ends quietly when nobody reads any more", async () => {
    const { url } = await start();
    const body = '{"item":"tea","count":1}';
    const headers = { "content-type": "application/json" };
    const send = (id: string) =>
      fetch(`${url}/functions/shop/cart/${id}`, { method: "POST", headers, body });
    for (let batch = 0; batch < 30; batch++) {
      const ids = Array.from({ length: 100 }, (_, one) => `${batch}-${one}-${"x".repeat(200)}`);
      await Promise.all(ids.map(send));
    }
    for (const args of ["ls shop/cart --all", "ls shop/cart --all --json", "ls"]) {
      const line = `set -o pipefail; ${command.map((one) => `'${one}'`).join(" ")} ${args} | head -n 1`;
      const environment = { STATEFUN_URL: url, STATEFUN_TOKEN: "writer" };
      const ended = await new Operator(["bash", "-c", line], { environment }).ended;
      expect(ended, args).toMatchObject({ code: 0, errors: "" });
      expect(ended.output).toMatch(/^[^\n]+\n$/);
    }
  });
});
