import { address, StatefulFunctions, string } from "statefun";
import { createClient } from "statefun/client";
import { loadModule } from "statefun/module";
import { createRuntime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { assertTypename } from "../../src/internal/assert.ts";
import { mediaOf } from "../../src/surface/routes/read-message.ts";

/** Texts of a length that cost its square where something is looked for from each place anew. */
const modules: readonly (readonly [string, (length: number) => string])[] = [
  ["variables without an end", (length) => `a: "${"${".repeat(length / 2)}"`],
  ["variables that end far away", (length) => `a: "${"${".repeat(length / 2)}}"`],
  ["variables on many lines", (length) => `a: |\n  ${"${\n  ".repeat(length / 5)}`],
  ["an unknown variable of blanks and lines", (length) => `a: "\${x${" \\n".repeat(length / 3)}}"`],
  ["blanks before a last letter", (length) => `a: "\${x${" ".repeat(length)}y}"`],
  ["a long kind", (length) => `kind: ${"k".repeat(length)}\nspec: {}`],
  ["a long name", (length) => `${"k".repeat(length)}: 1`],
  ["blanks", (length) => `${" ".repeat(length)}x`],
  ["a quoted text of backslashes", (length) => `a: "${"\\\\".repeat(length / 2)}"`],
];

async function surface() {
  const functions = new StatefulFunctions();
  functions.bind("a/b", { accepts: string }, () => {});
  const http = { expose: "all", authenticate: "none" } as const;
  const runtime = await createRuntime({ modules: [functions], http, onError: () => {} });
  return runtime;
}

const post = async (path: string, headers: Record<string, string> = {}) => {
  await using runtime = await surface();
  await runtime.fetch(new Request(`http://h${path}`, { method: "POST", headers, body: "x" }));
};
const media = (text: string) => {
  try {
    mediaOf(new Headers({ "content-type": text }));
  } catch {
    // Refused, or not.
  }
};

const others: readonly (readonly [string, (length: number) => unknown])[] = [
  ["the url of a client", (length) => createClient({ url: `http://h${"/".repeat(length)}x` })],
  [
    "the url of a client, at its end",
    (length) => createClient({ url: `http://h${"/".repeat(length)}` }),
  ],
  ["a typename of slashes", (length) => tried(() => address("/".repeat(length) as "a/b", ""))],
  [
    "a typename without an end",
    (length) => tried(() => assertTypename(`a/${"b".repeat(length)}/`, "")),
  ],
  ["blanks in a content type", (length) => media(`text/plain;${" ".repeat(length)}x`)],
  ["a charset of blanks", (length) => media(`text/plain;charset=${" ".repeat(length)}x`)],
  [
    "parameters of a content type",
    (length) => media(`text/plain${";charset=".repeat(length / 9)}`),
  ],
  ["preferences", (length) => post("/functions/a/b/1", { prefer: `wait${" ".repeat(length)}x` })],
  [
    "many preferences",
    (length) => post("/functions/a/b/1", { prefer: "wait,".repeat(length / 5) }),
  ],
  ["a path of slashes", (length) => post(`/${"/".repeat(length / 16)}`)],
  ["a path of percent signs", (length) => post(`/functions/a/b/${"%2F".repeat(length / 3)}`)],
  [
    "a key of blanks",
    (length) => post("/functions/a/b/1", { "idempotency-key": `x${" ".repeat(length)}x` }),
  ],
];

function tried(run: () => unknown): void {
  try {
    run();
  } catch {
    // Refused, or not.
  }
}

/** The shortest of some runs: what else the machine does comes on top. */
async function timeOf(run: (length: number) => unknown, length: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let left = 3; left > 0; left -= 1) {
    const startedAt = performance.now();
    await run(length);
    least = Math.min(least, performance.now() - startedAt);
  }
  return least;
}

/** Twice as long takes about twice the time. A square takes four times as long, and minutes here. */
async function grows(run: (length: number) => unknown): Promise<void> {
  const length = 2 ** 18;
  await run(1_000);
  const ratios: number[] = [];
  // A machine that is busy with something else may take any time: a square takes it every time.
  for (let left = 4; left > 0; left -= 1) {
    const [once, twice] = [await timeOf(run, length), await timeOf(run, 2 * length)];
    if (twice < 3 * once + 50) return;
    ratios.push(twice / once);
  }
  expect(Math.min(...ratios)).toBeLessThan(3);
}

describe("work grows with the length of a text, and not with its square:", () => {
  it.each(modules)("a module file with %s", async (_, text) => {
    await grows(async (length) => {
      const error = await loadModule(text(length), { onWarning: () => {} }).catch((one) => one);
      expect(error.code).toBe("module_invalid");
      expect(error.message.length).toBeLessThan(1_500);
    });
  });

  it.each(others)("%s", async (_, run) => {
    await grows(run);
  });
});

describe("variables in a module file", () => {
  const bound =
    "kind: io.statefun.endpoints.v2/http\nspec: { functions: a/b, urlPathTemplate: 'TEXT' }";
  const variable = (name: string) => `\${${name}}`;
  const inner = `${variable("").slice(0, 2)}A`;
  const variables = { A: "1", B: "2", "A B": "3", "": "4", [inner]: "5" };

  it.each([
    [`http://h/${variable("A")}${variable("B")}`, "http://h/12"],
    [`http://h/${variable("A B")}/${variable("")}`, "http://h/3/4"],
    [`http://h/${variable(inner)}`, "http://h/5"],
    ["http://h/$A$", "http://h/$A$"],
  ])("of %s give %s", async (text, expected) => {
    const module = await loadModule(
      bound.replace("TEXT", () => text),
      { variables },
    );
    expect(JSON.stringify(module)).toContain(expected);
  });
});
