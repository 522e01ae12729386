/**
 * `node generate.ts` writes test/gen; `node generate.ts --check` writes beside it, compares, and exits 1 when it is stale.
 * buf only compiles: the plugin is the local one, so nothing leaves the machine.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const checkedIn = join(root, "test/gen");
/** Each is a proto root: files keep their path below it. */
const inputs = ["proto", "test/gen-tools/proto"];

function generate(out: string): void {
  const template = {
    version: "v2",
    plugins: [
      {
        local: join(here, "node_modules/.bin/protoc-gen-es"),
        out,
        opt: ["target=ts", "import_extension=ts", "erasable_syntax=true"],
      },
    ],
  };
  for (const input of inputs) {
    execFileSync(
      join(here, "node_modules/.bin/buf"),
      ["generate", input, "--template", JSON.stringify(template)],
      { cwd: root, stdio: "inherit" },
    );
  }
}

/** Path below `folder` to content. */
function contents(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path), readFileSync(path, "utf8"));
  }
  return files;
}

function stale(): string[] {
  const fresh = mkdtempSync(join(tmpdir(), "statefun-gen-"));
  try {
    generate(fresh);
    const expected = contents(fresh);
    const actual = contents(checkedIn);
    const paths = new Set([...expected.keys(), ...actual.keys()]);
    return [...paths].filter((path) => expected.get(path) !== actual.get(path)).sort();
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

if (process.argv.includes("--check")) {
  const paths = stale();
  if (paths.length > 0) {
    console.error(`test/gen is stale, run npm run generate here: ${paths.join(", ")}`);
    process.exitCode = 1;
  } else {
    console.log("test/gen is fresh");
  }
} else {
  rmSync(checkedIn, { recursive: true, force: true });
  generate(checkedIn);
}
