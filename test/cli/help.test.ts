import { describe, expect, it } from "vitest";
import { version } from "../../src/internal/version.ts";
import { folderOf, runProgram } from "./program.ts";

describe("help is given wherever it is asked for", () => {
  it.for([
    [["dev", "--help"], /^statefun dev .*\n(?:.*\n)*.*--connectors/, /statefun module/],
    [["dev", "-h"], /^statefun dev /, /statefun module/],
    [["dev", "functions.ts", "--port", "0", "--help"], /^statefun dev /, /statefun module/],
    [["help", "dev"], /^statefun dev /, /statefun module/],
    [["--help", "dev"], /^statefun dev /, /statefun module/],
    [["module", "--help"], /^statefun module .*\n.*--format/, /statefun dev/],
    [["module", "-h"], /^statefun module /, /statefun dev/],
    [["help", "module"], /^statefun module /, /statefun dev/],
    [["help"], /^statefun dev .*\n(?:.*\n)*statefun module/, /nonsense/],
    [["help", "nothing"], /^statefun dev .*\n(?:.*\n)*statefun module/, /nonsense/],
  ] as const)("%o", async ([args, has, hasNot]) => {
    const { code, output, errors } = await runProgram(folderOf({}), args);
    expect(output).toMatch(has);
    expect(output).not.toMatch(hasNot);
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
  });

  it.for([[["dev", "--version"]], [["module", "-v"]], [["--version"]], [["-v"]]] as const)(
    "and the version, %o",
    async ([args]) => {
      const { code, output } = await runProgram(folderOf({}), args);
      expect({ code, output }).toEqual({ code: 0, output: `${version}\n` });
    },
  );

  it("and a file of such a name is still a file", async () => {
    const { code, errors } = await runProgram(folderOf({}), ["dev", "--", "--help"]);
    expect({ code, errors }).toEqual({ code: 2, errors: "statefun: file --help does not exist\n" });
  });
});
