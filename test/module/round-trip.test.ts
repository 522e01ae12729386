import fc from "fast-check";
import { StateFunError } from "statefun";
import { describeModule, loadModule } from "statefun/module";
import { describe, expect, it } from "vitest";
import { runs } from "../effort.ts";
import { arbitraryModule } from "./arbitrary-modules.ts";
import { partsOf } from "./loaded.ts";

const urlPathTemplate = "http://functions";
const onWarning = () => {};

describe.each(["kind", "3.0", "2.0"] as const)("a module written in format %s", (format) => {
  it("is the same when it is read back, and written again the same text", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryModule(format), async (module) => {
        const text = describeModule(module, { urlPathTemplate, format });
        const read = await loadModule(text, { onWarning });
        expect(partsOf(read)).toEqual(partsOf(module));
        expect(describeModule(read, { urlPathTemplate, format })).toBe(text);
      }),
      { numRuns: runs(200) },
    );
  });
});

/** Words that a file is made of, so that some of what comes out is nearly a module. */
const piece = fc.oneof(
  fc.constantFrom(
    "kind:",
    "spec:",
    "io.statefun.endpoints.v2/http",
    "io.statefun.kafka.v1/ingress",
    "functions:",
    "\n",
    "\n  ",
    "\n    ",
    "---\n",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ": ",
    ", ",
    "&a ",
    "*a",
    "!t ",
    "| ",
    "> ",
    "? ",
    "demo/*",
    "http://a",
    "urlPathTemplate:",
    '"',
    "'",
    "#",
    "%YAML 1.1\n",
    "<<: ",
    "version:",
    "module:",
    "2.0",
  ),
  fc.string({ maxLength: 4 }),
);

describe("any input", () => {
  it("that is a text is a module or module_invalid with a place", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const error = await loadModule(pieces.join(""), { onWarning }).catch((reason) => reason);
        if (!(error instanceof Error)) return;
        expect(error).toBeInstanceOf(StateFunError);
        expect(error).toMatchObject({ code: "module_invalid" });
        expect(error.message).toMatch(/^[^\n\r]* \(line \d+, column \d+\)$/);
      }),
      { numRuns: runs(3_000) },
    );
  });

  it("that is an object is a module or module_invalid", async () => {
    const value = fc.object({ maxDepth: 4, withBigInt: true, withDate: true, withMap: true });
    const document = fc.record({
      kind: fc.constantFrom("io.statefun.endpoints.v2/http", "io.statefun.kafka.v1/ingress"),
      spec: fc.record(
        {
          functions: fc.anything(),
          urlPathTemplate: fc.anything(),
          transport: fc.anything(),
          topics: value,
          id: value,
        },
        { requiredKeys: [] },
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(value, document), async (source) => {
        const error = await loadModule(source, { onWarning }).catch((reason) => reason);
        if (error instanceof Error) expect(error).toMatchObject({ code: "module_invalid" });
      }),
      { numRuns: runs(1_000) },
    );
  });
});
