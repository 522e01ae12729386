import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, inject, it } from "vitest";
import { apiReports } from "./api-reports.ts";

const folder = fileURLToPath(new URL("api/", import.meta.url));

/** A change of these files is a change for users: reviewed as such, and told of in CHANGELOG.md. `npm run api` writes them. */
it("lets others see what the committed reports say, to the last signature", () => {
  const found = apiReports(inject("built"));
  const committed = new Map(
    readdirSync(folder).map((file) => [
      file.replace(".api.md", ""),
      readFileSync(join(folder, file), "utf8"),
    ]),
  );
  expect([...found.keys()].toSorted()).toEqual([...committed.keys()].toSorted());
  for (const [name, report] of found) expect(report, name).toBe(committed.get(name));
  // A second and more for each subpath, where other suites run beside it.
}, 120_000);
