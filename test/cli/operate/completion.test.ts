import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shells } from "../../../src/cli/operate/completion/shells.ts";
import { closing, start } from "./app.ts";
import { command, Operator, operator } from "./operators.ts";
import { serverOf } from "./proxy.ts";

/** A busy machine needs longer than a user would wait. */
const patient = { STATEFUN_COMPLETION_MS: "60000" };

async function candidates(url: string, ...words: string[]): Promise<string[]> {
  return candidatesIn(patient, url, ...words);
}

async function candidatesIn(
  environment: Readonly<Record<string, string>>,
  url: string,
  ...words: string[]
): Promise<string[]> {
  const { code, output, errors } = await operator(url, ["~complete", ...words], { environment });
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  return output.split("\n").slice(0, -1);
}

describe("what may stand at the cursor", () => {
  it("is a command, a flag, a function, or a file", async () => {
    const { url } = await start();
    expect(await candidates(url, "re")).toEqual(["replay", "resume", "retry"]);
    expect(await candidates(url, "")).toEqual(expect.arrayContaining(["dev", "ls", "completion"]));
    expect(await candidates(url, "show", "shop/c")).toEqual(["shop/cart"]);
    expect(await candidates(url, "show", "--limit", "5", "")).toHaveLength(6);
    expect(await candidates(url, "show", "shop/cart", "")).toEqual([]);
    expect(await candidates(url, "dead", "--function", "shop/w")).toEqual(["shop/worker"]);
    expect(await candidates(url, "replay", "--d")).toEqual(["--dry-run"]);
    expect(await candidates(url, "send", "shop/cart", "--type", "s")).toEqual(["string"]);
    expect(await candidates(url, "state", "")).toEqual(["get", "set", "clear"]);
    expect(await candidates(url, "state", "get", "shop/e")).toEqual(["shop/echo"]);
    expect(await candidates(url, "completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(await candidates(url, "dev", "")).toEqual([":files"]);
    expect(await candidates(url, "dev", "--mem")).toEqual(["--memory"]);
    expect(await candidates(url, "help", "ca")).toEqual(["call", "cancel"]);
    expect(await candidates("http://127.0.0.1:65002", "show", "--url", url, "shop/c")).toEqual([
      "shop/cart",
    ]);
    expect(await candidates("http://127.0.0.1:65002", "show", `--url=${url}`, "shop/c")).toEqual([
      "shop/cart",
    ]);
  });

  it("is nothing, soon, where the server is away, silent, or none", async () => {
    const silent = await serverOf(() => {});
    const page = await serverOf((_, response) => void response.end("<h1>no</h1>"));
    for (const url of ["http://127.0.0.1:65002", page, "nonsense", "http://127.0.0.1:9"]) {
      expect(await candidates(url, "show", "")).toEqual([]);
    }
    // It would wait for half a minute. A busy machine alone needs seconds to start a program.
    const begun = performance.now();
    expect(await candidatesIn({}, silent, "show", "")).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  it("is no name that a shell would run", async () => {
    const names = [
      "a/$(touch x)",
      "a/b;c",
      "a/`id`",
      "a/b c",
      "a/é",
      "a/'",
      "a/\n",
      "a/ok",
      "a/\u001b[2J",
    ];
    const body = JSON.stringify({ functions: names.map((typename) => ({ typename })) });
    const url = await serverOf((_, response) => void response.end(body));
    expect(await candidates(url, "show", "")).toEqual(["a/ok"]);
  });
});

describe("the scripts", () => {
  /** How each shell begins, without the files of its user. */
  const starts = {
    bash: (script: string) => ["bash", "--norc", "--noprofile", "-i", `source ${script}`],
    zsh: (script: string) => [
      "zsh",
      "-f",
      "-i",
      `autoload -U compinit; compinit -u -D; source ${script}`,
    ],
    fish: (script: string) => ["fish", "-i", "--no-config", `source ${script}`],
  } as const;

  /** What a user of the shell gets who types this, with a tab where it is said: the arguments of the program. */
  async function typed(
    shell: keyof typeof starts,
    url: string,
    pieces: readonly string[],
  ): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "statefun-shell-"));
    closing(async () => rmSync(folder, { recursive: true, force: true }));
    const [ran, asked, script] = [
      join(folder, "ran"),
      join(folder, "asked"),
      join(folder, "script"),
    ];
    const ready = join(folder, "ready");
    const program = command.map((one) => `'${one}'`).join(" ");
    writeFileSync(
      join(folder, "statefun"),
      `#!/bin/sh\nif [ "$1" = '~complete' ]; then ${program} "$@"; echo >> ${asked}; else echo "$*" >> ${ran}; fi\n`,
      { mode: 0o755 },
    );
    writeFileSync(script, `${shells.get(shell)}\n`);
    const [begin = "", ...rest] = [...starts[shell](script)].reverse();
    const environment = {
      ...{ STATEFUN_URL: url, STATEFUN_TOKEN: "writer", TERM: "xterm", HOME: folder, ...patient },
      PATH: `${folder}:${process.env["PATH"]}`,
    };
    const terminal = new Operator(["script", "-qec", rest.reverse().join(" "), "/dev/null"], {
      environment,
      isOpen: true,
    });
    const lines = (file: string): number =>
      existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0;
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const type = (text: string) => terminal.process.stdin?.write(text);
    const until = async (holds: () => boolean): Promise<void> => {
      const end = Date.now() + 60_000;
      while (!holds() && Date.now() < end) await pause(50);
    };
    type(`${begin}; touch ${ready}\n`);
    await until(() => existsSync(ready));
    await pause(1_000);
    for (const piece of pieces) {
      const before = lines(asked);
      type(piece);
      if (piece.endsWith("\t")) await until(() => lines(asked) > before);
      await pause(800);
    }
    type("\n");
    await until(() => lines(ran) > 0);
    type("exit\n");
    await pause(200);
    terminal.process.stdin?.end();
    return existsSync(ran) ? readFileSync(ran, "utf8").trim() : `nothing ran:\n${terminal.output}`;
  }

  const isThere = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

  describe.each(["bash", "zsh", "fish"] as const)("of %s", (shell) => {
    // Where the shell is missing, this is skipped.
    it.skipIf(!isThere(shell) || !isThere("script"))(
      "completes commands, flags and functions",
      async () => {
        const { url } = await start();
        const pieces = ["statefun pau\t", "shop/ca\t", "zoe --wh\t", "now"];
        expect(await typed(shell, url, pieces)).toBe("pause shop/cart zoe --why now");
      },
    );

    it.skipIf(!isThere(shell))(
      "is what the program prints, and what the shell can read",
      async () => {
        const { code, output } = await operator("http://127.0.0.1:65002", ["completion", shell]);
        expect({ code, output }).toEqual({ code: 0, output: `${shells.get(shell)}\n` });
        const folder = mkdtempSync(join(tmpdir(), "statefun-shell-"));
        closing(async () => rmSync(folder, { recursive: true, force: true }));
        writeFileSync(join(folder, "script"), output);
        const read = spawnSync(shell, ["-n", join(folder, "script")]);
        expect([read.status, String(read.stderr)]).toEqual([0, ""]);
      },
    );
  });
});
