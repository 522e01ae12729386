import { type ConsoleOptions, consoleApp } from "statefun/console";
import { createRuntime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { functions } from "../app.ts";

const page = async (options?: ConsoleOptions): Promise<Response> =>
  consoleApp(options)["~console"](new Request("http://host/admin/console/"), [""]);

const metas = (text: string) =>
  Array.from(text.matchAll(/<meta name="statefun-name" content="([^"]*)">/g), ([, name]) => name);

const invalid = (message: string) =>
  expect.objectContaining({ code: "invalid_argument", message: expect.stringContaining(message) });

/** What is given by a program that has no types. */
const untyped = (options: unknown) => options as ConsoleOptions;

describe("the name of a console", () => {
  it.each([
    ["production", "production"],
    ["a", "a"],
    ["x".repeat(40), "x".repeat(40)],
    ["🛒".repeat(40), "🛒".repeat(40)],
    [
      "Zoë & Söhne <b>\"x\"</b> 'y'",
      "Zoë &#38; Söhne &#60;b&#62;&#34;x&#34;&#60;/b&#62; &#39;y&#39;",
    ],
    ["$& $1 $` $$", "$&#38; $1 $` $$"],
    ["</head>", "&#60;/head&#62;"],
  ])("%j reaches the page as a text", async (name, written) => {
    const text = await (await page({ name })).text();
    expect(metas(text)).toEqual([written]);
    expect(text.split("</head>")).toHaveLength(2);
    expect(text.indexOf("statefun-name")).toBeLessThan(text.indexOf("</head>"));
  });

  it("is left out where there is none", async () => {
    for (const options of [undefined, {}, untyped({ name: undefined })]) {
      expect(metas(await (await page(options)).text())).toEqual([]);
    }
  });

  it("makes another tag, which a header can hold: a browser never shows the page of another name", async () => {
    const names = [undefined, "a", "b", "ä", "🛒", '"', "a b", "%"];
    const tags = await Promise.all(
      names.map(async (name) =>
        (await page(name === undefined ? {} : { name })).headers.get("etag"),
      ),
    );
    expect(new Set(tags).size).toBe(names.length);
    for (const tag of tags) expect(tag).toMatch(/^"[!#-~]+"$/);
  });

  it.each([
    ["", '""'],
    ["  ", '"  "'],
    ["x".repeat(41), "x".repeat(41)],
    ["🛒".repeat(41), "🛒"],
    ["two\nlines", "two"],
    ["a\u0000b", "a"],
    ["a\u2028b", "a"],
    ["\ud800", "got"],
    [5, "5"],
    [null, "null"],
    [{}, "got"],
  ])("%j is refused at once, with the rule and what was given", (name, given) => {
    const options = untyped({ name });
    expect(() => consoleApp(options)).toThrow(
      invalid("name of consoleApp must be one line of 1 to 40 characters, got "),
    );
    expect(() => consoleApp(options)).toThrow(invalid(given));
  });
});

describe("the options of a console", () => {
  it.each([
    [{ nmae: "x" }, 'the options of consoleApp have no "nmae", did you mean name?'],
    [{ title: "x" }, 'the options of consoleApp have no "title"'],
    ["production", 'the options of consoleApp must be an object, got "production"'],
    [null, "the options of consoleApp must be an object, got null"],
  ])("%j are refused at once", (options, message) => {
    expect(() => consoleApp(untyped(options))).toThrow(invalid(message));
  });

  it.each([
    [consoleApp, "http.admin.console must be made by consoleApp of statefun/console, got "],
    [true, "got true"],
    [{}, "got {}"],
    ["production", 'got "production"'],
    [null, "got null"],
  ])("http.admin.console refuses %o", async (console, message) => {
    const admin = { authenticate: "none", console } as never;
    const started = createRuntime({ modules: [functions], http: { admin } });
    await expect(started).rejects.toThrow(invalid(message));
  });

  it("http.admin.console needs an authentication like all of http.admin", async () => {
    const admin = { console: consoleApp() } as never;
    const started = createRuntime({ modules: [functions], http: { admin } });
    await expect(started).rejects.toThrow(invalid("http.admin.authenticate must be a function"));
  });
});
