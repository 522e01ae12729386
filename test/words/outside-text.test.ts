import { address, requestReplyHandler, StateFunError, StatefulFunctions, string } from "statefun";
import { loadModule } from "statefun/module";
import { createRuntime } from "statefun/runtime";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createPrinter } from "../../src/cli/output/printer.ts";
import { log } from "../../src/handler/options.ts";
import { printable, show } from "../../src/internal/show.ts";
import { folderOf, runProgram } from "../cli/program.ts";

/** What a terminal obeys, or shows in another order than it is written. */
const hostile = {
  escape: "\u001b[2J",
  bell: "\u0007",
  "carriage return": "\r",
  delete: "\u007f",
  "C1 control sequence introducer": "\u009b2J",
  "line separator": "\u2028",
  "paragraph separator": "\u2029",
  "left-to-right embedding": "\u202a",
  "right-to-left override": "\u202e",
  "left-to-right isolate": "\u2066",
  "pop directional isolate": "\u2069",
  "right-to-left mark": "\u200f",
  "Arabic letter mark": "\u061c",
  "lone surrogate": "\ud83d",
};
const cases = Object.entries(hostile).map(([name, text]) => ({ name, text }));
const ranges = [
  [0, 0x09],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0x061c, 0x061c],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
] as const;
const isObeyed = (one: string): boolean => {
  const code = one.codePointAt(0) ?? 0;
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  return isHalf || ranges.some(([from, to]) => code >= from && code <= to);
};
/** Where a terminal would obey. */
const obeyedIn = (text: string): string[] => [...text].filter(isObeyed);
const all = cases.map(({ text }) => text).join("");

afterEach(() => {
  vi.restoreAllMocks();
});

/** Everything that is written to the console while something runs. */
function consoleOf(method: "error" | "warn"): () => string {
  const spy = vi.spyOn(console, method).mockImplementation(() => {});
  return () => spy.mock.calls.flat().map(textOf).join(" ");
}

const textOf = (value: unknown): string =>
  value instanceof Error ? `${value.stack} ${textOf(value.cause)}` : String(value);

describe.each(cases)("$name from outside", ({ text }) => {
  it("is escaped in what errors quote", () => {
    expect(obeyedIn(show(text))).toEqual([]);
    expect(obeyedIn(show({ toString: () => text }))).toEqual([]);
    expect(obeyedIn(new StateFunError("failed" as never, `no ${text}`).message)).toEqual([]);
    expect(() => address(`a/b/${text}` as never, "")).toThrow(/^[^\p{Cc}\p{Cs}]*$/u);
  });

  it("is escaped by the default onError, in messages, causes and ids", () => {
    const written = consoleOf("error");
    log(new RangeError(`own ${text}`), {});
    log(new Error("outer", { cause: new Error(`inner ${text}`) }), {});
    log(`thrown ${text}`, { address: address("demo/f", `id ${text.replace(/\p{Cs}/u, "")}`) });
    expect(written()).toContain("own ");
    expect(written()).toContain("inner ");
    expect(obeyedIn(written())).toEqual([]);
  });
});

describe("text from outside", () => {
  it("is left as it is where it is harmless", () => {
    for (const text of ["é 🙂 \u200d ע", "line\nline", "a\\u001b"]) {
      expect(printable(text)).toBe(text);
    }
    const error = new RangeError("plain");
    const spy = vi.spyOn(console, "error").mockImplementation(() => {});
    log(error, {});
    expect(spy.mock.calls[0]).toContain(error);
  });

  it("never ends in half a character where it is cut", () => {
    expect(show(`${"x".repeat(78)}🙂🙂`)).not.toMatch(/\p{Cs}/u);
  });

  it("is escaped in the log and the answer of a handler", async () => {
    const written = consoleOf("error");
    const functions = new StatefulFunctions();
    functions.bind("test/f", { accepts: string }, () => {});
    const body = new TextEncoder().encode(all);
    const headers = { "content-type": "application/octet-stream" };
    const answer = await requestReplyHandler(functions)(
      new Request("http://test/", { method: "POST", headers, body }),
    );
    expect(answer.status).toBe(400);
    expect(obeyedIn(await answer.text())).toEqual([]);
    expect(obeyedIn(written())).toEqual([]);
  });

  it("is escaped in the log of a runtime", async () => {
    const written = consoleOf("error");
    const functions = new StatefulFunctions();
    const f = functions.bind("test/f", { accepts: string }, (_, text) => {
      throw new RangeError(text);
    });
    await using runtime = await createRuntime({ modules: [functions], retry: { maxAttempts: 1 } });
    await runtime.send(f.at("1"), all.replace(/\p{Cs}/u, ""));
    await runtime.idle();
    expect(written()).toContain("RangeError");
    expect(obeyedIn(written())).toEqual([]);
  });

  it("is escaped in the warnings and errors of a module file", async () => {
    const written = consoleOf("warn");
    const text = all.replace(/\p{Cs}/u, "");
    const file = `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/b\n  urlPathTemplate: http://a/\n  ${JSON.stringify(text)}: 1\n`;
    await loadModule(file);
    expect(written()).not.toBe("");
    expect(obeyedIn(written())).toEqual([]);
    await expect(loadModule(`kind: ${JSON.stringify(text)}`)).rejects.toSatisfy(
      (error: StateFunError) => obeyedIn(error.message).length === 0,
    );
  });

  it("is escaped in everything that statefun dev prints, and is one line", () => {
    let written = "";
    const take = (text: unknown) => {
      written += String(text);
      return true;
    };
    vi.spyOn(process.stdout, "write").mockImplementation(take);
    vi.spyOn(process.stderr, "write").mockImplementation(take);
    const text = `${all}\nstopped`;
    for (const isJson of [false, true]) {
      const printer = createPrinter(isJson);
      printer.print({ event: "record", egress: text, from: text, value: text });
      printer.print({ event: "warning", message: text });
      printer.print({ event: "error", message: text, address: text });
      printer.print({ event: "restarting", reason: text });
      printer.fail(text);
      printer.print({
        event: "listening",
        version: "0",
        url: "http://127.0.0.1:1",
        console: "http://127.0.0.1:1/admin/console/",
        port: 1,
        pid: 1,
        store: text,
        functions: [
          { typename: text, accepts: [text], replies: undefined, states: [], curl: text },
        ],
        endpoints: [{ functions: text, url: text }],
        egresses: [{ typename: text, isKept: true }],
        playground: {},
        example: { typename: text, id: "1", curl: text },
      });
    }
    expect(obeyedIn(written)).toEqual([]);
    expect(written).not.toMatch(/^stopped/m);
  });

  it("means the same to a tool that reads JSON", () => {
    let written = "";
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      written += String(text);
      return true;
    });
    createPrinter(true).print({ event: "warning", message: all });
    expect(JSON.parse(written)).toEqual({ event: "warning", message: all });
  });

  it.each([["dev"], ["module", "--url", "http://a/"]])(
    "is escaped in what statefun %s says of a file",
    async (...args) => {
      const name = "bad\u001b[2J\u202ets.mts";
      const folder = folderOf({ [name]: "throw new Error('\\u009b2J');" });
      for (const file of [name, `missing\u001b[2J.mts`, `\u001b[2J.txt`]) {
        const { code, output, errors } = await runProgram(folder, [...args, file]);
        expect(code).not.toBe(0);
        expect(errors).toContain("statefun: ");
        expect(obeyedIn(output + errors)).toEqual([]);
      }
    },
  );
});
