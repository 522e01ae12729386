import { describe, expect, it } from "vitest";
import { help } from "../../../src/cli/help.ts";
import { commands } from "../../../src/cli/operate/commands.ts";
import { operateHelp } from "../../../src/cli/operate/help.ts";
import { codeSpans, readDocument, section, tableRows } from "../../docs/documents.ts";
import { folderOf, runProgram } from "../program.ts";

const document = "docs/operate/cli.md";
const helps = new Map(operateHelp);

describe.each([...commands])("statefun %s", (name, { flags }) => {
  it("has a help with all of its flags, and no other", () => {
    const text = helps.get(name) ?? "";
    expect(text).toMatch(new RegExp(`^[A-Z][^\\n]+\\.\\n\\nstatefun ${name}\\b`));
    const named = Array.from(text.matchAll(/^ {2}--([a-z-]+)/gm), ([, flag = ""]) => flag);
    expect([...new Set(named)].sort()).toEqual(Object.keys(flags).sort());
    expect(help).toMatch(new RegExp(`^ {2}statefun ${name} `, "m"));
  });

  it("is in the document with all of its flags", () => {
    const rows = tableRows(section(document, "## Commands")).map(([cell = ""]) => cell);
    const spans = rows.flatMap(codeSpans).map((span) => span.split(" ")[0]);
    expect(spans).toContain(name);
    for (const flag of Object.keys(flags)) expect(readDocument(document)).toContain(`--${flag}`);
  });
});

it("prints a help for each, and lists them in the first one", async () => {
  expect([...helps.keys()]).toEqual([...commands.keys()]);
  const folder = folderOf({});
  for (const args of [
    ["ls", "--help"],
    ["help", "replay"],
    ["state", "get", "-h"],
  ]) {
    const { code, output, errors } = await runProgram(folder, args);
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(output).toMatch(
      /^[A-Z].*\.\n\nstatefun (?:ls|replay|state) (?:.*\n)+.*Exit codes: 0 done, 1/,
    );
  }
});
