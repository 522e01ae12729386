import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { blocksOf } from "../docs/blocks.ts";
import { bytesOf, readAll, sampleLines, streamOf } from "./sample.ts";

const blocks = blocksOf("docs/export-format.md");

it("shows a line of each kind, which together are an export", async () => {
  const block = blocks.find(({ text }) => text.startsWith('{"kind"'));
  const lines = await readAll(streamOf(Buffer.from(block?.text ?? "")));
  const kinds = new Set(sampleLines.map(({ kind }) => kind));
  expect(lines.map(({ line }) => line.kind)).toEqual([...kinds, "end"]);
});

it("shows a reader, which reads an export and refuses one that was cut off or changed", () => {
  const block = blocks.find(({ text }) => text.includes("linesOf"));
  const folder = mkdtempSync(join(tmpdir(), "statefun-reader-"));
  const written = Buffer.from(bytesOf(sampleLines)).toString();
  const read = (text: string): string => {
    writeFileSync(join(folder, "export.ndjson"), text);
    const program = `import { linesOf } from "./reader.ts";
      try { for await (const { kind } of linesOf("export.ndjson")) console.log(kind); }
      catch (error) { console.log(error.message); }`;
    return execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: folder,
      encoding: "utf8",
    });
  };
  try {
    writeFileSync(join(folder, "reader.ts"), block?.text ?? "");
    expect(read(written).trimEnd().split("\n").slice(0, -1)).toEqual(
      sampleLines.map(({ kind }) => kind),
    );
    expect(read(written.slice(0, written.lastIndexOf('{"kind"')))).toMatch(/was cut off\n$/);
    expect(read(written.replace("stocktaking", "stock-takin"))).toMatch(/was changed\n$/);
    expect(read(`${written}{}`)).toMatch(/something follows the end\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
