import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Block, blocksOf } from "../docs/blocks.ts";
import { outDir, root } from "./build.ts";
import { freePort } from "./wrangler-dev.ts";

/**
 * The pages "Start on …", typed as they are: their files, their commands on their runtime, and their requests. Only the port is
 * another one, and the package is installed already.
 */
const pages = ["node", "deno", "bun", "workers"] as const;

const bin = join(outDir, "start-bin");
const started: ChildProcess[] = [];
const folders: string[] = [];

beforeAll(() => {
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, join(bin, "node"));
  for (const name of ["deno", "bun", "bunx"]) {
    symlinkSync(join(import.meta.dirname, "node_modules/.bin", name), join(bin, name));
  }
});

afterEach(async () => {
  for (const child of started.splice(0)) await end(child);
  for (const folder of folders.splice(0)) {
    // A grandchild may end a moment later.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
});

describe.for(pages)("the page docs/start/%s.md", (page) => {
  const blocks = blocksOf(`docs/start/${page}.md`);
  const [install = "", start = "", curls = "", run] = textsOf("sh");

  function textsOf(language: Block["language"]): readonly string[] {
    return blocks.filter((block) => block.language === language).map(({ text }) => text.trim());
  }

  it("installs the package, and then has what works in two minutes", async () => {
    expect(install).toContain("statefun-0.1.0.tgz");
    const port = await freePort();
    const folder = projectOf(page, blocks, port);
    const flag = page === "workers" ? "" : ` --port ${port}`;
    const dev = startIn(folder, `${onPort(start, port)}${flag}`);
    const records = await greeted(folder, onPort(curls, port), dev);
    expect(records).toEqual(["Hello zoe, visit 1"]);
    const [printed] = textsOf("text");
    if (printed !== undefined) {
      await dev.says(printed);
      // What is suggested to type is what the page has typed, with a value that fits.
      await dev.says(onPort(curls.split("\n")[0] ?? "", port));
    }
    await end(dev.child);
    if (run === undefined) return;
    const program = startIn(folder, run);
    expect(await greeted(folder, onPort(curls, port), program)).toEqual(["Hello zoe, visit 1"]);
  });
});

const onPort = (text: string, port: number): string => text.replaceAll("8080", String(port));

/** A folder with the files of the page, and the package as npm would link it. */
function projectOf(page: string, blocks: readonly Block[], port: number): string {
  // Not below this folder, whose node_modules has programs called node, which npx would take.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `statefun-start-${page}-`)));
  folders.push(folder);
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules/statefun"), "dir");
  const program = join(root, "dist/cli/statefun.js");
  // As npm does when it installs.
  chmodSync(program, 0o755);
  symlinkSync(program, join(folder, "node_modules/.bin/statefun"));
  symlinkSync(join(root, "node_modules/.bin/wrangler"), join(folder, "node_modules/.bin/wrangler"));
  const dependencies = { statefun: "0.1.0" };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies }));
  for (const { name, text } of blocks) {
    if (name !== "") writeFileSync(join(folder, name), onPort(text, port));
  }
  return folder;
}

interface Started {
  readonly child: ChildProcess;
  /** What it has printed last. */
  printed(): string;
  says(text: string): Promise<void>;
}

/** Runs a command of the page in a shell, with all that it starts in one group. */
function startIn(folder: string, command: string): Started {
  const child = spawn("sh", ["-c", `exec ${command}`], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: environment(),
  });
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = `${output}${text}`.slice(-20_000);
    });
  }
  const says = async (text: string) => {
    while (!output.includes(text)) {
      if (child.exitCode !== null) throw new Error(`it ended without saying ${text}:\n${output}`);
      await sleep(100);
    }
  };
  return { child, says, printed: () => output };
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [bin, process.env["PATH"]].join(delimiter),
    NO_COLOR: "1",
    CI: "1",
    DENO_NO_UPDATE_CHECK: "1",
    DENO_DIR: join(outDir, ".deno"),
    WRANGLER_SEND_METRICS: "false",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  };
}

/** Types the two requests of the page as soon as the server is there; what the second one reads. */
async function greeted(
  folder: string,
  curls: string,
  { child, printed }: Started,
): Promise<readonly string[]> {
  const [send = "", read = ""] = curls.split("\n");
  const shell = (command: string) =>
    execFileSync("sh", ["-c", `${command} --silent --show-error`], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server has ended:\n${printed()}`);
    try {
      expect(JSON.parse(shell(send))).toMatchObject({ duplicate: false });
      break;
    } catch (error) {
      if (!String(Object(error).stderr).includes("connect")) throw error;
      await sleep(200);
    }
  }
  for (;;) {
    const { records } = JSON.parse(shell(read));
    if (records.length > 0) return records.map(({ value }: { readonly value: string }) => value);
    await sleep(100);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  process.kill(-child.pid, "SIGTERM");
  const force = setTimeout(() => process.kill(-Number(child.pid), "SIGKILL"), 10_000);
  await ended;
  clearTimeout(force);
}
