import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startProgram, until } from "../cli/program.ts";
import { type Block, blocksOf } from "../docs/blocks.ts";
import { root, section } from "../docs/documents.ts";
import { firstPage } from "../docs/first-page.ts";

const { document, heading } = firstPage;

/** As a new user does it: in a fresh folder, with what `npm publish` would send, by the commands of the page. */
describe("the first page", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "statefun-fresh-")));
  const page = section(document, heading);
  const blocks = blocksOf(document).filter(({ text }) => page.includes(text));
  const [install, start] = textsOf("sh");
  const [banner = "", record = ""] = textsOf("text");
  const source = blocks.find(({ name }) => name === "functions.ts")?.text ?? "";
  // The Node of this run comes first, as on the machine of a user who has one alone.
  const path = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
  let port = 0;

  function textsOf(language: string): string[] {
    return blocks.filter((block: Block) => block.language === language).map(({ text }) => text);
  }

  /** A command of the page. The port is the only thing that is another one here. */
  const inFolder = { cwd: folder, encoding: "utf8", env: { ...process.env, PATH: path } } as const;
  const shell = (command: string) =>
    execFileSync("sh", ["-c", command.replaceAll(":8080", `:${port}`)], inFolder);

  const dev = () => {
    const command = [...String(start).trim().split(" "), "--port", String(port)];
    return startProgram(folder, [], { PATH: path }, command);
  };

  /** The three commands that it says to try. */
  const curls = banner.match(/curl .*/g) ?? [];

  beforeAll(async () => {
    port = await freePort();
    const name = "statefun-0.1.0.tgz";
    expect(inject("tarball")).toContain(name);
    copyFileSync(inject("tarball"), join(folder, name));
    // No network: the packages that it depends on are those of the project.
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const local = (one: string) => [one, `file:${join(root, "node_modules", one)}`];
    const overrides = Object.fromEntries(Object.keys(dependencies).map(local));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ overrides }));
    const [add = "", ...others] = String(install).trim().split("\n");
    shell(`${add} --offline --no-audit --no-fund --loglevel=error`);
    for (const command of others) shell(command);
    writeFileSync(join(folder, "functions.ts"), source);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is complete", () => {
    expect([textsOf("sh").length, textsOf("text").length]).toEqual([2, 2]);
    expect(curls).toHaveLength(3);
    expect(source).toContain("demo/greeter");
  });

  it("has a program of one's own that prints what it says, and at its second run the state alone", () => {
    const own = section(document, "## In your own program");
    const shown = blocksOf(document).filter(({ text }) => own.includes(text));
    const textOf = (language: string) => shown.find((block) => block.language === language)?.text;
    writeFileSync(join(folder, "embedded.ts"), String(textOf("ts")));
    const run = () => spawnSync("sh", ["-c", String(textOf("sh"))], inFolder);
    expect(run()).toMatchObject({ status: 0, stdout: textOf("text"), stderr: "" });
    expect(run()).toMatchObject({ status: 0, stdout: "1\n", stderr: "" });
  });

  it.skipIf(spawnSync("curl", ["--version"]).error !== undefined)(
    "works: write, start, send, change, kill, start again, send",
    async () => {
      const first = dev();
      await first.says(/Ctrl-C/);
      expect(first.output.replaceAll(`:${port}`, ":8080")).toBe(banner);
      expect(first.errors).toBe("");

      const send = () => JSON.parse(shell(`${curls[0]} --silent --show-error`));
      expect(send()).toMatchObject({ duplicate: false });
      await until(() => first.output.includes(record));

      writeFileSync(join(folder, "functions.ts"), source.replace("Hello", "Welcome"));
      await first.says(/^restarted/m);
      send();
      await first.says(/Welcome zoe, visit 2/);

      // npx is a process of its own, and so is the program that it starts.
      killAll(first.pid, "SIGKILL");
      await first.ended;
      const second = dev();
      await second.says(/Ctrl-C/);
      expect(second.errors).toBe("");
      send();
      await second.says(/Welcome zoe, visit 3/);
      const instance = JSON.parse(shell(`${curls[1]} --silent --show-error`));
      expect(instance).toMatchObject({ state: { visits: { value: 3 } } });
      const { records } = JSON.parse(shell(`${curls[2]} --silent --show-error`));
      expect(records.map(({ value }: { readonly value: string }) => value)).toEqual([
        "Hello zoe, visit 1",
        "Welcome zoe, visit 2",
        "Welcome zoe, visit 3",
      ]);
      killAll(second.pid, "SIGTERM");
      await second.ended;
      expect(second.output).toMatch(/stopped\n$/);
    },
    60_000,
  );
});

/** What `npm ci` builds, without what an earlier build left behind: the package unpacked, beside the project's functions. */
describe("npm start", () => {
  const checkout = realpathSync(mkdtempSync(join(tmpdir(), "statefun-checkout-")));

  beforeAll(() => {
    execFileSync("tar", ["-xzf", inject("tarball"), "-C", checkout, "--strip-components=1"]);
    symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"), "dir");
    cpSync(join(root, "workers"), join(checkout, "workers"), { recursive: true });
  });
  afterAll(() => rmSync(checkout, { recursive: true, force: true }));

  it("serves the project's functions from the built package, until it is asked to end", async () => {
    const port = String(await freePort());
    const base = `http://127.0.0.1:${port}`;
    const command = ["npm", "start", "--", "--port", port];
    const program = startProgram(checkout, [], {}, command);
    try {
      await program.says(/Ctrl-C/);
      expect(program.errors).toBe("");
      expect(program.output).toContain(`${base}\n`);
      const body = JSON.stringify({ user: "Zoë" });
      const headers = { "content-type": "application/json", "statefun-type": "demo/Login" };
      const sent = await fetch(`${base}/functions/demo/greeter/zoe`, {
        method: "POST",
        headers,
        body,
      });
      expect(sent.status).toBe(202);
      await program.says(/demo\/greeter\/zoe: Hello Zoë, visit 1/);
    } catch (error) {
      // npm would go alone, and leave behind what it started.
      killAll(program.pid, "SIGKILL");
      throw error;
    }
    killAll(program.pid, "SIGTERM");
    await program.ended;
    expect(program.output).toMatch(/stopped\n$/);
    await expect(fetch(`${base}/health`)).rejects.toThrow();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function killAll(pid: number, signal: NodeJS.Signals): void {
  for (const one of descendants(pid)) {
    try {
      process.kill(one, signal);
    } catch {
      // It ended with the one before it.
    }
  }
}

/** A process and those that it started, the youngest last. */
function descendants(pid: number): number[] {
  const list = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const pairs = list
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const one of found) {
    for (const [child, parent] of pairs) if (parent === one && child) found.push(child);
  }
  return found;
}
