import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "./documents.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const folder = ".github/workflows";
const workflows = readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);

/** The steps that a script of `.ci` says it has. */
function stepsOf(script: string): string[] {
  const [, list = ""] = /^steps=\((.*)\)$/m.exec(read(script)) ?? [];
  return list.split(" ");
}

/** What the entries of a job's matrix give to a script, in their order. */
function stepsGiven(workflow: string, job: string): string[] {
  const { jobs } = parse(read(workflow));
  const entries: readonly { readonly steps: string }[] = jobs[job].strategy.matrix.include;
  return entries.flatMap(({ steps }) => steps.split(" "));
}

/** What the gate ends with where a step has left this report. */
function linesFor(report: object): string[] {
  const reports = mkdtempSync(join(tmpdir(), "statefun-reports-"));
  try {
    writeFileSync(join(reports, "tests.json"), JSON.stringify(report));
    const { stdout, stderr } = spawnSync(process.execPath, [".ci/count.js", reports], {
      cwd: root,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    return stdout.trimEnd().split("\n");
  } finally {
    rmSync(reports, { recursive: true });
  }
}

describe("the gate", () => {
  it.for([".ci/run", ".ci/slow"])(
    "%s runs every step that it lists, and lists every one",
    (script) => {
      const text = read(script);
      const run = Array.from(
        text.matchAll(/\b(?:wanted|wants) ([\w-]+)/g),
        ([, name = ""]) => name,
      );
      expect(stepsOf(script).length).toBeGreaterThan(3);
      expect([...new Set(run)].toSorted()).toEqual(stepsOf(script).toSorted());
    },
  );

  it.for([".ci/run", ".ci/slow"])(
    "%s refuses a step that it does not have, and names those it has",
    (script) => {
      const { status, stderr, stdout } = spawnSync(join(root, script), ["tests", "nonsense"], {
        encoding: "utf8",
      });
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      for (const name of stepsOf(script)) expect(stderr).toContain(name);
    },
  );

  it.for(readdirSync(join(root, ".ci")))(".ci/%s reads nothing outside of the clone", (name) => {
    expect(read(`.ci/${name}`)).not.toContain("../");
  });
});

describe("the closing lines of the gate", () => {
  const passed = { status: "passed", fullName: "adds", failureMessages: [] };
  const failed = (fullName: string, message: string) => {
    return { status: "failed", fullName, failureMessages: [message] };
  };

  it("say of each file that failed how many tests did and what the first of them says", () => {
    expect(
      linesFor({
        numPassedTests: 3,
        testResults: [
          { name: "good.test.ts", status: "passed", message: "", assertionResults: [passed] },
          {
            name: "bad.test.ts",
            status: "failed",
            message: "",
            assertionResults: [passed, failed("keeps", "Error: lost\n  at x"), failed("ends", "")],
          },
          { name: "broken.test.ts", status: "failed", message: "no x", assertionResults: [] },
        ],
      }),
    ).toEqual([
      "bad.test.ts: 2 failed, the first is keeps: Error: lost at x",
      "broken.test.ts: 1 failed, the first is no x",
      "3 passed, 3 failed",
    ]);
  });

  it("are few, and short", () => {
    const assertionResults = [failed("x", "long ".repeat(1_000))];
    const result = { status: "failed", message: "", assertionResults };
    const testResults = Array.from({ length: 25 }, (_, at) => ({ ...result, name: `${at}.ts` }));
    const lines = linesFor({ numPassedTests: 0, testResults });
    expect(lines.length).toBe(22);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(400);
    expect(lines.slice(-2)).toEqual(["5 more files have tests that failed", "0 passed, 25 failed"]);
  });
});

describe("the workflows", () => {
  it("run every step of the gate and of the long suites, each once", () => {
    expect(stepsGiven(`${folder}/ci.yml`, "steps").toSorted()).toEqual(
      stepsOf(".ci/run").toSorted(),
    );
    expect(stepsGiven(`${folder}/nightly.yml`, "steps").toSorted()).toEqual(
      stepsOf(".ci/slow").toSorted(),
    );
  });

  it.for(workflows)(
    "%s pins every action by its commit, with the version beside it",
    (workflow) => {
      const actions = Array.from(
        read(workflow).matchAll(/uses: (.*)/g),
        ([, action = ""]) => action,
      );
      const others = actions.filter((action) => !action.startsWith("./"));
      expect(actions.length).toBeGreaterThan(0);
      for (const action of others)
        expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    },
  );

  it.for(workflows)("%s asks for no more than to read, unless a job says otherwise", (workflow) => {
    expect(parse(read(workflow)).permissions).toEqual({ contents: "read" });
  });
});
