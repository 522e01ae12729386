import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { serve } from "statefun/node";
import { createRuntime, memoryStore, type Runtime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { readExport } from "../../src/export-format/reader.ts";
import type { ExportLine } from "../../src/export-format/records.ts";
import { folderOf, runProgram } from "../cli/program.ts";
import { cart, fill, shop } from "./shop.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function linesIn(text: string | Uint8Array<ArrayBuffer>): Promise<ExportLine[]> {
  const lines: ExportLine[] = [];
  for await (const { line } of readExport(new Blob([text]).stream())) lines.push(line);
  return lines;
}

const fileLines = (path: string) => linesIn(new Uint8Array(readFileSync(path)));

async function started(store = memoryStore()): Promise<Runtime> {
  const runtime = await createRuntime({ ...shop, store });
  ends.push(() => runtime.close());
  return runtime;
}

async function served(runtime: Pick<Runtime, "fetch">): Promise<string> {
  const server = await serve({ fetch: runtime.fetch, port: 0 });
  ends.push(() => server.close());
  return `http://127.0.0.1:${server.port}`;
}

const counts = { partitions: 1, pauses: 1, instances: 52, messages: 1, timers: 2 };

describe("statefun export of a file", () => {
  it("writes what another process has open, and what none has", async () => {
    const folder = folderOf({});
    const file = join(folder, "app.db");
    const runtime = await started(sqliteStore(file));
    await fill(runtime, 50);
    const used = await runProgram(folder, ["export", "app.db", "--to", "used.ndjson"]);
    expect({ code: used.code, errors: used.errors }).toEqual({ code: 0, errors: "" });
    expect(used.output).toMatch(
      /^used\.ndjson: \d+ kB, 1 pause, 52 instances, 1 message, 2 timers, \d+ records, 2 dead letters, \d+ keys\n$/,
    );
    expect(statSync(join(folder, "used.ndjson")).mode & 0o777).toBe(0o600);
    const own = await linesIn(await new Response(runtime.export({ values: false })).text());
    await runtime.close();
    const before = readFileSync(file);
    const closed = await runProgram(folder, [
      "export",
      "app.db",
      "--to",
      "c.ndjson",
      "--json",
      "--no-values",
    ]);
    expect({ code: closed.code, errors: closed.errors }).toEqual({ code: 0, errors: "" });
    expect(JSON.parse(closed.output)).toMatchObject({ path: "c.ndjson", counts });
    expect(readFileSync(file).equals(before)).toBe(true);
    // A runtime that closes stores one more window, in which nothing of this is changed.
    const [, ...lines] = await fileLines(join(folder, "c.ndjson"));
    expect(lines).toEqual(own.slice(1));
    expect(await fileLines(join(folder, "used.ndjson"))).toHaveLength(own.length);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("goes to standard output where that is piped, and nothing else does", async () => {
    const folder = folderOf({});
    const runtime = await started(sqliteStore(join(folder, "app.db")));
    await runtime.send(cart.at("a"), "tea");
    await runtime.idle();
    const { code, output, errors } = await runProgram(folder, ["export", "app.db"]);
    expect(code).toBe(0);
    expect((await linesIn(output)).at(-1)).toMatchObject({ counts: { instances: 1 } });
    expect(errors).toMatch(/^\d+ kB, 1 instance, 1 record\n$/);
  });

  it("ends with one line and nothing left behind for what cannot be", async () => {
    const folder = folderOf({ "notes.txt": "no database at all ".repeat(99), "empty.db": "" });
    const runtime = await started(sqliteStore(join(folder, "app.db")));
    await runtime.close();
    const other = new DatabaseSync(join(folder, "other.db"));
    other.exec("CREATE TABLE t (a)");
    other.close();
    const before = readdirSync(folder);
    for (const [args, code, says] of [
      [["app.db", "--to", "app.db", "--overwrite"], 2, /--to must not be the store itself/],
      [["app.db", "--to", "notes.txt"], 2, /exists: choose another name, or add --overwrite/],
      [["app.db", "--to", "."], 2, /--to must name a file/],
      [["app.db", "--to", "copy/"], 2, /--to must name a file/],
      [["app.db", "--to", "no/such/x"], 2, /the folder of the export must exist/],
      [["gone.db", "--to", "x"], 2, /cannot be found/],
      [["empty.db", "--to", "x"], 2, /is not a store: it is empty/],
      [["other.db", "--to", "x"], 2, /is not a store of sqliteStore/],
      [["notes.txt", "--to", "x"], 1, /file is not a database/],
      [["app.db", "b.db", "--to", "x"], 2, /name the file of one store/],
      [["app.db", "--url", "http://127.0.0.1:1", "--to", "x"], 2, /--url is for a server/],
    ] as const) {
      const ended = await runProgram(folder, ["export", ...args]);
      expect({ args, code: ended.code, output: ended.output }).toEqual({ args, code, output: "" });
      expect(ended.errors).toMatch(says);
      expect(ended.errors.trimEnd().split("\n")).toHaveLength(1);
    }
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("statefun export of a server", () => {
  it("writes what the server sends", async () => {
    const folder = folderOf({ "x.ndjson": "old" });
    const runtime = await started();
    await fill(runtime, 50);
    const url = await served(runtime);
    const args = ["export", "--url", url, "--to", "x.ndjson", "--overwrite"];
    const { code, output, errors } = await runProgram(folder, args);
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(output).toMatch(/^x\.ndjson: \d+ kB, 1 pause, 52 instances/);
    expect(readFileSync(join(folder, "x.ndjson"), "utf8")).toBe(
      await new Response(runtime.export()).text(),
    );
  });

  it("leaves nothing of an answer that is cut off, changed or refused", async () => {
    const folder = folderOf({});
    const runtime = await started();
    await fill(runtime, 5);
    const whole = await new Response(runtime.export()).text();
    const type = { "content-type": "application/x-ndjson" };
    const answers = new Map<
      string,
      { body: string; status?: number; cut?: true; says: RegExp; code: number }
    >([
      [
        "/cut",
        { body: whole.slice(0, -20), says: /ends within this line: it was cut off/, code: 1 },
      ],
      [
        "/broken",
        {
          body: whole.slice(0, -20),
          cut: true,
          says: /the server ended the export early/,
          code: 3,
        },
      ],
      [
        "/changed",
        { body: whole.replace('"c0"', '"b0"'), says: /the export was changed or damaged/, code: 1 },
      ],
      ["/other", { body: "hello\n", says: /line 1 of the export: the line is not JSON/, code: 1 }],
      [
        "/refused",
        {
          body: '{"error":{"code":"forbidden","message":"no role"}}',
          status: 403,
          says: /no role \(forbidden/,
          code: 1,
        },
      ],
      [
        "/busy",
        {
          body: '{"error":{"code":"unavailable","message":"later"}}',
          status: 503,
          says: /later/,
          code: 3,
        },
      ],
    ]);
    const server: Server = createServer((request, response) => {
      const answer = answers.get(String(request.url).replace("/admin/export", ""));
      response.writeHead(answer?.status ?? 200, type);
      response.write(answer?.body ?? "");
      if (answer?.cut) response.socket?.destroySoon();
      else response.end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    ends.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    for (const [path, { says, code }] of answers) {
      const args = ["export", "--url", `http://127.0.0.1:${port}${path}`, "--to", "x"];
      const ended = await runProgram(folder, args);
      expect({ path, code: ended.code, output: ended.output }).toEqual({ path, code, output: "" });
      expect(ended.errors).toMatch(says);
    }
    expect(readdirSync(folder)).toEqual([]);
    const nobody = await runProgram(folder, ["export", "--url", "http://127.0.0.1:1", "--to", "x"]);
    expect(nobody.code).toBe(3);
  });
});
