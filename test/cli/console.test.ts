import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { chromiumPath, openPage } from "../http/browser.ts";
import { counterSource } from "./counter.ts";
import { folderOf, type Program, startProgram } from "./program.ts";

const args = ["dev", "a.mts", "--port", "0", "--memory"];
const source = counterSource();
const below = `${source}export default { modules: [functions], http: { basePath: "/shop/api" } };`;

function started(text = source, ...more: string[]): Program {
  return startProgram(folderOf({ "a.mts": text }), [...args, ...more]);
}

/** Where the server is, without a base path. */
const originOf = async (program: Program): Promise<string> => new URL(await program.url()).origin;

interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** With headers that a browser sends by itself, `host` among them. */
function seen(
  origin: string,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(origin);
    const to = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    to.once("error", reject);
    to.end();
  });
}

const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

/** As a browser follows a link of another site. */
const link = {
  ...browser,
  "sec-fetch-site": "cross-site",
  "sec-fetch-mode": "navigate",
  "sec-fetch-dest": "document",
};

describe("the console of statefun dev", () => {
  it("is the first thing that is printed, and is there", async () => {
    const program = started();
    const [, url = ""] = await program.says(/^statefun \S+ {2}\S+\n\n {2}console {4}(\S+)\n/);
    expect(url).toBe(`${await originOf(program)}/admin/console/`);
    const page = await seen(url, "/admin/console/");
    expect(page.status).toBe(200);
    expect(page.text).toContain('<meta name="statefun-name" content="dev">');
    expect((await seen(url, "/admin/me")).status).toBe(200);
  });

  it("is reported to tools", async () => {
    const program = started(below, "--json");
    const [line = ""] = await program.says(/.*"listening".*\n/);
    const { url, console } = JSON.parse(line);
    expect(console).toBe(`${url}/admin/console/`);
    expect(url).toMatch(/\/shop\/api$/);
    expect((await fetch(console)).status).toBe(200);
  });

  it.for([
    [source, ["/"], "/admin/console/"],
    [below, ["/", "/shop/api", "/shop/api/"], "/shop/api/admin/console/"],
    [below.replace("/shop/api", "/a:(b+"), ["/", "/a:(b+", "/a:(b+/"], "/a:(b+/admin/console/"],
  ] as const)(
    "is where a browser gets that opens the first page (%#)",
    async ([text, paths, to]) => {
      const program = started(text);
      const origin = await originOf(program);
      for (const path of paths) {
        for (const method of ["GET", "HEAD"]) {
          const { status, headers } = await seen(origin, path, browser, method);
          expect(status, path).toBe(307);
          expect(headers).toMatchObject({ vary: "accept", "cache-control": "no-store" });
          const location = String(headers["location"]);
          // Relative, for a proxy with a prefix of its own.
          expect(location).not.toMatch(/^(?:\/|\w+:)/);
          expect(new URL(location, `${origin}${path}`).pathname).toBe(to);
        }
      }
      expect((await fetch(`${origin}/`, { headers: browser })).url).toBe(`${origin}${to}`);
    },
  );

  it("leaves programs what they got before, and other paths and methods to everybody", async () => {
    const program = started();
    const origin = await originOf(program);
    for (const headers of [{}, { accept: "*/*" }, { accept: "application/json" }]) {
      const { status, text } = await seen(origin, "/", headers);
      expect(status).toBe(404);
      expect(JSON.parse(text)).toMatchObject({ error: { code: "not_found" } });
    }
    expect((await seen(origin, "/", browser, "POST")).status).toBe(404);
    expect((await seen(origin, "/x", browser)).status).toBe(404);
    expect((await seen(origin, "/health", browser)).status).toBe(200);
  });
});

describe("statefun dev, which has no authentication,", () => {
  it("lets a link of another site lead to the page, and to nothing else", async () => {
    const origin = await originOf(started());
    for (const path of ["/admin/console", "/admin/console/"]) {
      expect((await seen(origin, path, link)).status, path).toBeLessThan(400);
    }
    expect((await seen(origin, "/", link)).status).toBe(307);
    const data = ["/admin/overview", "/admin/live", "/egresses/demo/totals", "/metrics", "/health"];
    const files = ["/admin/console/app.js", "/admin/console/app.css", "/admin/console/icon.svg"];
    for (const path of [...data, ...files, "/admin/console/x", "/admin/console/../overview"]) {
      expect((await seen(origin, path, link)).status, path).toBe(401);
    }
    expect((await seen(origin, "/admin/console/", link, "POST")).status).toBe(401);
  });

  it.each([
    ["a script", { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" }],
    ["a picture", { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }],
    ["a frame", { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" }],
    ["an object", { "sec-fetch-mode": "navigate", "sec-fetch-dest": "object" }],
    ["a request of a script", { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }],
  ])("refuses %s of a page of another site, for the page too", async (_, how) => {
    const origin = await originOf(started());
    for (const site of ["cross-site", "same-site"]) {
      for (const path of ["/", "/admin/console/", "/admin/console/app.js", "/admin/overview"]) {
        const headers = { ...link, ...how, "sec-fetch-site": site };
        expect((await seen(origin, path, headers)).status, path).toBe(401);
      }
    }
  });

  it("refuses a name that was made to lead here, for the page, its files and the API", async () => {
    const origin = await originOf(started());
    const own = { "sec-fetch-site": "same-origin" };
    for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example"]) {
      for (const path of [
        "/",
        "/admin/console",
        "/admin/console/",
        "/admin/console/app.js",
        "/admin/me",
      ]) {
        for (const headers of [{}, link, own, browser]) {
          expect((await seen(origin, path, { ...headers, host })).status, path).toBe(401);
        }
      }
    }
  });

  it("serves the page, its files and the API to the page itself", async () => {
    const origin = await originOf(started());
    const own = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" };
    for (const path of ["/admin/console/", "/admin/console/app.js", "/admin/me"]) {
      expect((await seen(origin, path, own)).status, path).toBe(200);
    }
  });
});

const suite = chromiumPath === undefined ? describe.skip : describe;

suite("a page of another origin in Chromium (skipped where none is installed)", () => {
  it("leads to the console by a link, and cannot frame, load or read it", async () => {
    const origin = await originOf(started());
    const { page, close } = await openPage();
    try {
      const refused = await page.evaluate(async (url) => {
        const loaded = (name: string, set: (element: HTMLElement) => void) =>
          new Promise<string>((resolve) => {
            const element = document.createElement(name);
            element.onload = () => resolve(`${name} loaded`);
            element.onerror = () => resolve(`${name} refused`);
            set(element);
            document.body.append(element);
          });
        const file = `${url}/admin/console/app.js`;
        const read = await fetch(file).then(
          () => "fetch loaded",
          () => "fetch refused",
        );
        const script = await loaded("script", (one) => one.setAttribute("src", file));
        const picture = `${url}/admin/console/icon.svg`;
        return [read, script, await loaded("img", (one) => one.setAttribute("src", picture))];
      }, origin);
      expect(refused).toEqual(["fetch refused", "script refused", "img refused"]);
      await page.evaluate((url) => {
        const anchor = document.createElement("a");
        anchor.href = url;
        anchor.textContent = "the console";
        document.body.append(anchor);
      }, `${origin}/#/functions`);
      const problems: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      page.on("pageerror", (error) => problems.push(String(error)));
      await page.click("text=the console");
      await page.waitForFunction(() => document.querySelector("#app")?.childElementCount !== 0);
      expect(page.url()).toBe(`${origin}/admin/console/#/functions`);
      await page.waitForSelector("text=statefun");
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });
});
