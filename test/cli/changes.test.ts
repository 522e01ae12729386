import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderOf, startProgram } from "./program.ts";

interface Version {
  readonly [typename: string]: string;
}

/** Functions by their names, each with its options. */
const source = (functions: Version) => `
import { int, StatefulFunctions, string } from "statefun";
export const functions = new StatefulFunctions("demo");
${Object.entries(functions)
  .map(([name, options]) => `functions.bind("${name}", ${options}, () => {});`)
  .join("\n")}
`;

const plain = "{ accepts: string }";
const counting = "{ accepts: int, state: { total: int } }";
const args = ["dev", "functions.mts", "--memory", "--port", "0"];

/** What is printed of the second version, from `restarted` on. */
async function restarted(before: Version, after: Version, flags: readonly string[] = []) {
  const folder = folderOf({ "functions.mts": source(before) });
  const program = startProgram(folder, [...args, ...flags]);
  await program.says(/listening|Ctrl-C/);
  writeFileSync(join(folder, "functions.mts"), source(after));
  await program.says(/restarted.*\n/);
  return program.output.slice(program.output.search(/restarted|\{"event":"restarted"/));
}

describe("after a restart statefun dev prints", () => {
  it("what is new, with a request that works as it is", async () => {
    const printed = await restarted({ "demo/a": plain }, { "demo/a": plain, "demo/b": counting });
    expect(printed).toMatch(/\n {2}new {8}demo\/b {2}takes int; keeps total \(int\)\n/);
    expect(printed).not.toContain("demo/a");
    const [curl = ""] = /curl .*demo\/b.*/.exec(printed) ?? [];
    expect(curl).not.toBe("");
    if (spawnSync("curl", ["--version"]).error === undefined) {
      const answer = execFileSync("sh", ["-c", `${curl} --silent`], { encoding: "utf8" });
      expect(JSON.parse(answer)).toMatchObject({ duplicate: false });
    }
  });

  it("what takes or keeps something else", async () => {
    const printed = await restarted({ "demo/a": plain }, { "demo/a": counting });
    expect(printed).toMatch(/\n {2}changed {4}demo\/a {2}takes int; keeps total \(int\)\n/);
  });

  it("what is gone, and what it is probably called now", async () => {
    const both = { "demo/a": plain, "demo/b": counting };
    const printed = await restarted(both, { "demo/a": plain, "demo/c": counting });
    expect(printed).toMatch(/new +demo\/c/);
    expect(printed).toMatch(
      /gone {7}demo\/b {2}probably demo\/c now; its state and waiting messages are kept under this name\n/,
    );
    const gone = await restarted(both, { "demo/a": plain });
    expect(gone).toMatch(/gone {7}demo\/b {2}its state and waiting messages/);
  });

  it("nothing more where nothing has changed", async () => {
    const printed = await restarted({ "demo/a": plain }, { "demo/a": `${plain} ` });
    expect(printed).toMatch(/^restarted {4}http:\/\/127\.0\.0\.1:\d+\n$/);
  });

  it("the same for tools", async () => {
    const printed = await restarted({ "demo/a": plain }, { "demo/b": plain }, ["--json"]);
    const { changes } = JSON.parse(printed.split("\n")[0] ?? "");
    expect(changes).toEqual({
      added: ["demo/b"],
      changed: [],
      removed: ["demo/a"],
      renamed: [{ from: "demo/a", to: "demo/b" }],
    });
  });
});
