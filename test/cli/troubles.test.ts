import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { add, counterSource, total } from "./counter.ts";
import { folderOf, runProgram, startProgram } from "./program.ts";

const folder = () => folderOf({ "counter.mts": counterSource() });
const args = ["dev", "counter.mts", "--port", "0"];

describe("where state is", () => {
  it("is .statefun/dev.db, in a folder that version control leaves out", async () => {
    const here = folder();
    const program = startProgram(here, args);
    expect(await total(await program.url(), 1)).toBe(1);
    expect(program.output).toContain(" .statefun/dev.db\n");
    expect(readFileSync(join(here, ".statefun/.gitignore"), "utf8")).toBe("*\n");
    expect(existsSync(join(here, ".statefun/dev.db"))).toBe(true);
    // State is for nobody else on the machine.
    const modes = ["", "dev.db", "dev.db-wal", "dev.db-shm", "dev.db-lock"].map(
      (file) => statSync(join(here, ".statefun", file)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600, 0o600]);
  });

  it("is another file by --file, whose folder is left as it is", async () => {
    const here = folder();
    mkdirSync(join(here, "data"));
    const program = startProgram(here, [...args, "--file", "data/app.db"]);
    expect(await total(await program.url(), 1)).toBe(1);
    expect(existsSync(join(here, "data/app.db"))).toBe(true);
    expect(existsSync(join(here, "data/.gitignore"))).toBe(false);
    expect(existsSync(join(here, ".statefun"))).toBe(false);
  });

  it("is nowhere by --memory", async () => {
    const here = folder();
    expect(await total(await startProgram(here, [...args, "--memory"]).url(), 1)).toBe(1);
    expect(existsSync(join(here, ".statefun"))).toBe(false);
  });

  it("is the store of the entry's options, unless a flag says otherwise", async () => {
    const source = `${counterSource()}
      import { sqliteStore } from "statefun/sqlite";
      export default { modules: [functions], store: sqliteStore("own.db") };`;
    const here = folderOf({ "counter.mts": source });
    const own = startProgram(here, args);
    expect(await total(await own.url(), 3)).toBe(3);
    expect(existsSync(join(here, "own.db"))).toBe(true);
    expect(existsSync(join(here, ".statefun"))).toBe(false);
    const given = startProgram(here, [...args, "--memory"]);
    expect(await total(await given.url(), 1)).toBe(1);
  });
});

describe("a trouble is one line that says what to do, and exit code 1", () => {
  it("a port that is in use", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { readonly port: number };
    const given = ["dev", "counter.mts", "--memory", "--port", String(port)];
    expect(await runProgram(folder(), given)).toEqual({
      code: 1,
      output: "",
      errors: `statefun: port ${port} is in use: choose another one with --port (0 takes any free port)\n`,
    });
    server.close();
  });

  it("unless it is let go of in a moment, as after a kill", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { readonly port: number };
    const given = ["dev", "counter.mts", "--memory", "--port", String(port), "--json"];
    const here = folderOf({ "counter.mts": `${counterSource()}\nconsole.error("loading");` });
    const program = startProgram(here, given);
    await program.says(/loading/);
    await new Promise((resolve) => setTimeout(resolve, 400));
    server.close();
    expect(await total(await program.url(), 1)).toBe(1);
  });

  it("a file that another process has open", async () => {
    const here = folder();
    await startProgram(here, args).url();
    const { code, errors } = await runProgram(here, args);
    expect(code).toBe(1);
    expect(errors).toMatch(
      /^statefun: the store \.statefun\/dev\.db is open in another process or runtime \(process \d+ on .+\): only one at a time can use it \(stop the other process, choose another --file, or use --memory\)\n$/,
    );
  });

  it("a file of a later version", async () => {
    const here = folder();
    const program = startProgram(here, [...args, "--file", "app.db"]);
    await program.url();
    program.kill("SIGTERM");
    await program.ended;
    const database = new DatabaseSync(join(here, "app.db"));
    database.exec("UPDATE statefun SET schema = 99, readable_by = 99");
    database.close();
    const { code, errors } = await runProgram(here, [...args, "--file", "app.db"]);
    expect(code).toBe(1);
    expect(errors).toMatch(/^statefun: the store app\.db has schema version 99, .+\n$/);
  });

  it("a file that is none of ours, or a folder", async () => {
    const here = folder();
    writeFileSync(join(here, "app.db"), "hello, this is no database at all ".repeat(100));
    const other = await runProgram(here, [...args, "--file", "app.db"]);
    expect(other.code).toBe(1);
    expect(other.errors).toMatch(/^statefun: the store app\.db failed: .+\n$/);
    mkdirSync(join(here, "data"));
    expect(await runProgram(here, [...args, "--file", "data"])).toEqual({
      code: 1,
      output: "",
      errors: "statefun: data is a folder: name a file in it\n",
    });
  });

  // A root user may write everywhere.
  it.skipIf(process.getuid?.() === 0)("a folder that is not writable", async () => {
    const here = folder();
    chmodSync(here, 0o555);
    const { code, errors } = await runProgram(here, args);
    chmodSync(here, 0o755);
    expect(code).toBe(1);
    expect(errors).toMatch(
      /^statefun: state cannot be kept in \.statefun\/dev\.db \(EACCES: .+\): choose another --file, or use --memory\n$/,
    );
  });

  it("a place where there can be no folder", async () => {
    const here = folder();
    const { code, errors } = await runProgram(here, [...args, "--file", "counter.mts/app.db"]);
    expect(code).toBe(1);
    expect(errors).toMatch(/^statefun: state cannot be kept in counter\.mts\/app\.db \(.+\n$/);
  });
});

describe("who may come in", () => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one !== undefined && !one.internal && one.family === "IPv4");

  it("is this machine alone", async () => {
    const program = startProgram(folder(), [...args, "--memory"]);
    const url = await program.url();
    expect(program.output).not.toContain("PUBLIC");
    if (outside !== undefined) {
      await expect(fetch(url.replace("127.0.0.1", outside.address))).rejects.toThrow();
    }
  });

  it("is no page of another site in a browser here, by whatever name", async () => {
    const program = startProgram(folder(), [...args, "--memory"]);
    const url = await program.url();
    const statusOf = async (headers: Record<string, string>) =>
      (await fetch(`${url}/egresses/demo/totals`, { headers })).status;
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({ origin: url })).toBe(200);
    expect(await statusOf({ origin: "http://localhost:3000" })).toBe(401);
    expect(await statusOf({ origin: "http://evil.example" })).toBe(401);
    expect(await statusOf({ origin: "null" })).toBe(401);
    expect(await statusByHost(url, "evil.example")).toBe(401);
    expect(await statusByHost(url, "localhost")).toBe(200);
  });

  it("is a page of another origin where --origins names it", async () => {
    const origins = "http://localhost:3000,https://app.example";
    const program = startProgram(folder(), [...args, "--memory", "--origins", origins]);
    const url = await program.url();
    const asked = (origin: string) => fetch(`${url}/egresses/demo/totals`, { headers: { origin } });
    const statusOf = async (origin: string) => (await asked(origin)).status;
    const allowed = async (origin: string) =>
      (await asked(origin)).headers.get("access-control-allow-origin");
    expect(await allowed("http://localhost:3000")).toBe("http://localhost:3000");
    expect(await allowed("https://other.example")).toBe(null);
    expect(await statusOf("http://localhost:3000")).toBe(200);
    expect(await statusOf("https://app.example")).toBe(200);
    expect(await statusOf("https://other.example")).toBe(401);
    expect(await statusByHost(url, "app.example")).toBe(200);
  });

  it("is everybody by --host, which it says loudly", async () => {
    const program = startProgram(folder(), [...args, "--memory", "--host", "0.0.0.0"]);
    const url = await program.url();
    await program.says(/PUBLIC +anyone who can reach http:\/\/0\.0\.0\.0:\d+ can send, read and/);
    expect((await add(url, 1)).status).toBe(202);
    if (outside === undefined) return;
    expect((await add(url.replace("0.0.0.0", outside.address), 1)).status).toBe(202);
  });
});

/** Fetch chooses that header itself. */
async function statusByHost(url: string, host: string): Promise<number> {
  const { get } = await import("node:http");
  return new Promise((resolve, reject) => {
    const headers = { host };
    get(`${url}/egresses/demo/totals`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on("error", reject);
  });
}
