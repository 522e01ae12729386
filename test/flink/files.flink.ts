import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { askedReleases } from "../module/documented/documents.ts";
import { readingsClassPath } from "./class-path.ts";
import { readFiles } from "./read-files.ts";
import { releases } from "./releases.ts";

const recorded: unknown = JSON.parse(
  readFileSync(new URL("../module/documented/there.json", import.meta.url), "utf8"),
);

/** Those that are loaded anyway; the long run asks all of them. */
const known = new Set<string>(releases.map(({ version }) => version));
const asked = askedReleases.filter((version) => process.env["STATEFUN_ALL"] || known.has(version));

describe("the readings of module files that test/module compares with", () => {
  it.for(asked)("are what the classes of StateFun %s make of them", async (version) => {
    const read = readFiles(version, await readingsClassPath(version));
    expect(recorded).toHaveProperty([version], JSON.parse(JSON.stringify(read)));
  });
});
