import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type AskedRelease, askedReleases, documentedFiles } from "./documents.ts";
import { readHere } from "./read-here.ts";
import type { ReadThere } from "./read-there.ts";

/** What the classes of each release made of the files; `npm run test:flink -- files` asks them again. */
const there: Record<AskedRelease, Record<string, ReadThere>> = JSON.parse(
  readFileSync(new URL("there.json", import.meta.url), "utf8"),
);

describe.each(askedReleases)("a file that StateFun %s documents", (release) => {
  const files = documentedFiles.filter(({ releases }) => releases.includes(release));

  it.for(files.filter(({ differs }) => differs?.[release] === undefined))(
    "is read as there: $name",
    async ({ name, yaml }) => {
      const expected = there[release][name];
      const read = await readHere(yaml);
      if (expected !== undefined && "refused" in expected) expect(read).toHaveProperty("refused");
      else expect(read).toEqual(expected);
    },
  );

  const others = files.filter(({ differs }) => differs?.[release] !== undefined);
  it.runIf(others.length > 0)(
    "is read otherwise only where that is said, with the reason",
    async () => {
      for (const { name, yaml } of others) {
        const read = await readHere(yaml);
        expect(read, name).toHaveProperty("parts");
        expect(read, name).not.toEqual(there[release][name]);
      }
    },
  );
});
