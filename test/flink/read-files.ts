import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AskedRelease, documentedFiles } from "../module/documented/documents.ts";
import { type ReadThere, readThere } from "../module/documented/read-there.ts";

/** What the classes of a release make of the documented files, by name. */
export function readFiles(release: AskedRelease, classPath: string): Record<string, ReadThere> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-files-"));
  try {
    const files = documentedFiles.filter(({ releases }) => releases.includes(release));
    for (const { name, yaml } of files) writeFileSync(join(folder, `${name}.yaml`), yaml);
    const output = execFileSync("java", ["-cp", classPath, "statefun.readings.Readings", folder], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 64 * 1024 * 1024,
      timeout: 120_000,
    });
    const lines = output.trim().split("\n").sort();
    return Object.fromEntries(lines.map((line) => readThere(JSON.parse(line))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
